"""Every page of the reporter's door: looked at in both sizes, and by axe."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page

from models.store import Store
from tests.browser import device_town
from tests.browser.conftest import DESK, PHONE
from tests.browser.note_town import NoteTown, let_in, settle
from tests.conftest import SetClock
from tests.support.live import serving

SHOTS = os.environ.get("SHOTS")
"""A folder that takes a picture of each page, in both sizes."""

OPEN_PAGES = {
    "home": "/",
    "calls": "/calls",
    "desks": "/desks?place=北町",
    "desk": "/desks/{t.cast.north_desk}",
    "desk_note": "/desks/{t.cast.north_desk}/note",
    "note_no_account": "/notes/new",
    "receipts": "/receipts",
    "closed": "/closed",
}
OWN_PAGES = {
    "note": "/notes/new",
    "note_after_call": "/notes/new?after=call",
    "mine": "/notes",
    "thread_asked": "/notes/{t.asked}",
    "thread_closed": "/notes/{t.closed}",
    "thread_call": "/notes/{t.urgent}",
    "sent": "/notes/{t.urgent}/sent",
    "settings": "/settings",
    "leaving": "/settings/leaving",
}


@pytest.fixture
def note_town(store: Store, clock: SetClock) -> NoteTown:
    with store.write() as session:
        found = settle(session, clock.now)
        device_town.settle(session, found.cast, clock.now)
        return found


@pytest.fixture
def url(app: Flask) -> Iterator[str]:
    with serving(app) as url:
        yield url


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
def context(browser: Browser, request: pytest.FixtureRequest) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=request.param, locale="ja-JP")
    yield context
    context.close()


def _look(page: Page, url: str, name: str) -> None:
    page.goto(url)
    page.wait_for_selector("html[data-ready], body:not([data-worker])")
    if SHOTS:
        width = page.viewport_size["width"] if page.viewport_size else 0
        page.screenshot(path=Path(SHOTS) / f"{name}-{width}.png", full_page=True)
    page.evaluate("document.querySelectorAll('details').forEach((fold) => { fold.open = true; })")
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    found = Axe().run(page)
    page.set_viewport_size(size)
    assert found.violations_count == 0, f"{name}: {found.generate_report()}"
    wide = page.evaluate("document.documentElement.scrollWidth > innerWidth")
    assert not wide, f"{name} scrolls sideways"


def test_axe_finds_nothing_on_the_open_pages(
    context: BrowserContext, url: str, note_town: NoteTown
) -> None:
    page = context.new_page()
    for name, path in OPEN_PAGES.items():
        _look(page, url + path.format(t=note_town), name)


def test_axe_finds_nothing_on_ones_own_pages(
    context: BrowserContext, url: str, note_town: NoteTown, store: Store, app: Flask
) -> None:
    let_in(context, url, store, note_town.cast.suzuki, app)
    page = context.new_page()
    for name, path in OWN_PAGES.items():
        _look(page, url + path.format(t=note_town), name)
