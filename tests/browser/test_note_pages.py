"""Every page of the reporter's door: looked at in both sizes, and by axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from models.store import Store
from tests.browser import device_town
from tests.browser.conftest import ON_A_PHONE, without_worker
from tests.browser.looking import look
from tests.browser.note_town import NoteTown, let_in
from tests.conftest import SetClock
from tests.town import Cast

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
def note_town(note_town: NoteTown, store: Store, clock: SetClock) -> NoteTown:
    with store.write() as session:
        device_town.settle(session, note_town.cast, clock.now)
    return note_town


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


@pytest.fixture(params=ON_A_PHONE)
def context(browser: Browser, request: pytest.FixtureRequest, url: str) -> Iterator[BrowserContext]:
    context = without_worker(browser, url, request.param)
    yield context
    context.close()


def test_axe_finds_nothing_on_the_open_pages(
    context: BrowserContext, url: str, note_town: NoteTown
) -> None:
    page = context.new_page()
    for name, path in OPEN_PAGES.items():
        page.goto(url + path.format(t=note_town))
        look(page, name)


def test_axe_finds_nothing_on_ones_own_pages(
    context: BrowserContext, url: str, note_town: NoteTown, store: Store, app: Flask
) -> None:
    let_in(context, url, store, note_town.cast.suzuki, app)
    page = context.new_page()
    for name, path in OWN_PAGES.items():
        page.goto(url + path.format(t=note_town))
        look(page, name)
