"""The installed app: what it opens with, its badge, its store, and a hint that knows an answer."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.store import Store
from tests.browser.conftest import CHROMIUM, FLAGS, LONG, PHONE, WITH_WORKER
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.test_install import OFFER
from tests.browser.test_note_kept import TYPED, form, send
from tests.town import Cast

__all__ = ["form"]

ASKED = """
  globalThis.asked = [];
  const asks = (on, name) => {
    on[name] = async (...given) => { asked.push([name, ...given]); return true; };
  };
  asks(navigator, "clearAppBadge");
  asks(navigator.storage, "persist");
"""


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture
def own(page: Page, form: Page) -> Page:
    """Suzuki's form, opened anew where it is seen what the browser is asked for."""
    page.add_init_script(ASKED)
    page.reload()
    settled(page)
    return page


def settled(page: Page) -> None:
    """Until everything that a page starts with has been asked for."""
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    page.wait_for_load_state("networkidle")


def asked(page: Page) -> list[list[object]]:
    found = page.evaluate("() => asked")
    assert isinstance(found, list)
    return found


@LONG
@WITH_WORKER
def test_the_badge_goes_where_the_answers_are_and_stays_elsewhere(own: Page, url: str) -> None:
    assert asked(own) == []
    for path, goes in (("/settings", False), ("/desks", False), ("/notes", True)):
        own.goto(url + path)
        settled(own)
        assert asked(own) == [["clearAppBadge"]] * goes, path


@LONG
@WITH_WORKER
def test_the_browser_is_asked_to_clear_nothing_away_once_something_is_kept(own: Page) -> None:
    own.locator("#words").fill(TYPED)
    settled(own)
    assert asked(own) == []
    send(own)
    expect(own.get_by_text("届きました", exact=True)).to_be_visible()
    own.get_by_role("link", name="もう一つ書く").click()
    own.locator("#words").fill("二つめ")
    send(own)
    expect(own.get_by_text("届きました", exact=True)).to_be_visible()
    assert asked(own) == [["persist"]]


@pytest.mark.parametrize("answer", ["いまはしない", "ホーム画面に置く"])
def test_the_hint_that_was_answered_does_not_come_again_but_on_the_settings(
    form: Page, url: str, answer: str
) -> None:
    hint = form.locator("main [data-behaviour=install]")
    form.locator("#words").fill(TYPED)
    send(form)
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    expect(hint).to_be_hidden()
    form.evaluate(OFFER)
    hint.get_by_role("button", name=answer).click()
    expect(hint).to_be_hidden()
    form.evaluate(OFFER)
    expect(hint).to_be_hidden()
    form.get_by_role("link", name="もう一つ書く").click()
    form.locator("#words").fill("二つめ")
    send(form)
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    form.wait_for_load_state("networkidle")
    expect(hint).to_be_hidden()
    form.goto(f"{url}/settings")
    expect(form.locator("html")).to_have_attribute("data-ready", "")
    expect(hint).to_be_hidden()
    form.evaluate(OFFER)
    expect(hint).to_be_visible()


@pytest.fixture
def installed(browser: Browser, url: str, tmp_path: Path) -> Iterator[Page]:
    """A window as that of an installed app."""
    context = browser.browser_type.launch_persistent_context(
        tmp_path / "profile",
        executable_path=CHROMIUM,
        args=[*FLAGS, f"--app={url}/about"],
        viewport=PHONE,
        locale="ja-JP",
    )
    (page,) = context.pages
    assert page.evaluate("() => matchMedia('(display-mode: standalone)').matches")
    yield page
    context.close()


def first_way(page: Page, url: str) -> str:
    """What stands first in the start page's menu, as it is seen."""
    page.goto(url)
    links = page.locator("main nav a:visible").all()
    tops = [(box["y"], link.inner_text()) for link in links if (box := link.bounding_box())]
    return min(tops)[1]


def test_the_installed_app_begins_with_the_invitation_and_then_with_the_form(
    installed: Page, page: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    assert first_way(page, url) == "控え番号でお返事を読む"
    assert first_way(installed, url) == "招待を受け取った方"
    look(installed, "installed")
    let_in(installed.context, url, store, cast.suzuki, app)
    installed.goto(url)
    expect(installed.get_by_role("heading", level=1)).to_have_text("気になることを書く")
