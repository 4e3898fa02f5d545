"""The first visit to the note form: what crosses the wire before somebody can write."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.store import Store
from models.words import LOCALES
from tests.browser.conftest import PHONE
from tests.browser.note_town import settle
from tests.conftest import SetClock
from tests.support.live import serving

KB = 1000


@pytest.fixture
def url(app: Flask, store: Store, clock: SetClock) -> Iterator[str]:
    with store.write() as session:
        settle(session, clock.now)
    with serving(app) as url:
        yield url


class Wire:
    """Every answer a page got until it stood still, with its size in bytes, headers included."""

    def __init__(self, context: BrowserContext) -> None:
        self.page: Page = context.new_page()
        self.kinds: dict[str, tuple[str, str]] = {}
        self.sizes: dict[str, float] = {}
        cdp = context.new_cdp_session(self.page)
        cdp.send("Network.enable")
        cdp.on("Network.responseReceived", self._note)
        cdp.on("Network.loadingFinished", self._weigh)

    def _note(self, event: dict[str, Any]) -> None:
        self.kinds[event["requestId"]] = (event["type"], event["response"]["url"])

    def _weigh(self, event: dict[str, Any]) -> None:
        self.sizes[event["requestId"]] = event["encodedDataLength"]

    def weight(self, *kinds: str) -> float:
        """The bytes of some kinds of answers, or of all."""
        return sum(
            size for key, size in self.sizes.items() if not kinds or self.kinds[key][0] in kinds
        )


@pytest.mark.parametrize("locale", LOCALES)
def test_the_first_visit_fits_its_budget(browser: Browser, url: str, locale: str) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")
    cookie = {"name": "kizuki_language", "value": locale, "url": url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    wire = Wire(context)
    # What follows once the form can be typed in.
    wire.page.route("**/phone.js", lambda _route: None)
    wire.page.goto(f"{url}/notes/new")
    expect(wire.page.locator("html")).to_have_attribute("data-ready", "")
    context.close()
    assert wire.weight() <= 40 * KB
    assert wire.weight("Script") <= 15 * KB


def test_before_the_first_letter_there_are_at_most_eight_requests(
    browser: Browser, url: str
) -> None:
    """What a page loads before its scripts ask for more, after the first paint."""
    context = browser.new_context(viewport=PHONE, service_workers="block")
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.route("**/autosave.js", lambda _route: None)
    page.goto(f"{url}/notes/new", wait_until="domcontentloaded")
    page.locator("#words").press("a")
    expect(page.locator("#words")).to_have_value("a")
    late = ("/behaviours/autosave.js", "/behaviours/call-first.js")
    first = next(index for index, one in enumerate(asked) if one.endswith(late))
    context.close()
    assert first <= 8


def test_a_second_visit_loads_no_asset(browser: Browser, url: str) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")
    first = Wire(context)
    first.page.goto(f"{url}/notes/new")
    expect(first.page.locator("html")).to_have_attribute("data-ready", "")
    first.page.wait_for_load_state("networkidle")
    first.sizes.clear()
    first.page.goto(f"{url}/notes/new")
    expect(first.page.locator("html")).to_have_attribute("data-ready", "")
    weights = {key: size for key, size in first.sizes.items() if "/assets/" in first.kinds[key][1]}
    context.close()
    assert sum(weights.values()) == 0
