"""Every page of the reporter's door: looked at in both sizes, and by axe."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext

from models.store import Store
from tests.browser import device_town
from tests.browser.conftest import LONG, ON_A_PHONE, without_worker
from tests.browser.looking import look
from tests.browser.note_town import NoteTown, let_in
from tests.conftest import SetClock
from tests.town import Cast

OPEN_PAGES = {
    "home": ("/", "note/home.html"),
    "calls": ("/calls", "note/calls.html"),
    "desks": ("/desks", "note/desks.html"),
    "desk": ("/desks/{t.cast.north_desk}", "note/desk.html"),
    "desk_note": ("/desks/{t.cast.north_desk}/note", "note/form.html"),
    "note_no_account": ("/notes/new", "note/form.html"),
    "receipts": ("/receipts", "note/receipts.html"),
    "closed": ("/closed", "closed.html"),
    "not_here": ("/nowhere", "error.html"),
}
OWN_PAGES = {
    "note": ("/notes/new", "note/form.html"),
    "note_after_call": ("/notes/new?after=call", "note/form.html"),
    "mine": ("/notes", "note/mine.html"),
    "thread_asked": ("/notes/{t.asked}", "note/thread.html"),
    "thread_closed": ("/notes/{t.closed}", "note/thread.html"),
    "thread_call": ("/notes/{t.urgent}", "note/thread.html"),
    "sent": ("/notes/{t.urgent}/sent", "note/sent.html"),
    "settings": ("/settings", "note/settings.html"),
    "leaving": ("/settings/leaving", "note/leaving.html"),
}
REFUSED = {
    "name": ("[name=name]", " "),
    "answer-by": ("[name=telephone]", "なし"),
    "area": ("[name=place]", "町"),
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
    for name, (path, of) in OPEN_PAGES.items():
        page.goto(url + path.format(t=note_town))
        look(page, name, of=of)
    page.goto(f"{url}/desks")
    page.get_by_label("どこのことですか").fill("北町")
    page.get_by_role("button", name="窓口をさがす").click()
    page.get_by_text("北町のこと").wait_for()
    look(page, "desks_found", of="note/desks.html")


def test_axe_finds_nothing_after_a_wrong_code(context: BrowserContext, url: str) -> None:
    page = context.new_page()
    page.goto(f"{url}/receipts")
    page.get_by_label("控え番号").fill("123456789012345678")
    page.get_by_role("button", name="お返事を読む").click()
    page.get_by_role("alert").wait_for()
    look(page, "receipts_refused")


def test_axe_finds_nothing_on_ones_own_pages(
    context: BrowserContext, url: str, note_town: NoteTown, store: Store, app: Flask
) -> None:
    let_in(context, url, store, note_town.cast.suzuki, app)
    page = context.new_page()
    for name, (path, of) in OWN_PAGES.items():
        page.goto(url + path.format(t=note_town))
        look(page, name, of=of)
    page.locator("[data-behaviour=forget] button").click()
    page.get_by_role("heading", name="ありがとうございました").wait_for()
    look(page, "left", of="note/left.html")


@LONG
def test_axe_finds_nothing_where_settings_were_refused_nor_on_the_code_for_the_app(
    context: BrowserContext, url: str, note_town: NoteTown, store: Store, app: Flask
) -> None:
    let_in(context, url, store, note_town.cast.suzuki, app)
    page = context.new_page()
    page.goto(f"{url}/settings")
    for path, (field, typed) in REFUSED.items():
        form = page.locator(f"form[action='/settings/{path}']")
        if path == "answer-by":
            form.locator("[value=telephone]").check()
        form.locator(field).fill(typed)
        with page.expect_navigation():
            form.get_by_role("button").click()
        page.locator(".panel[role=alert]").wait_for()
        look(page, f"settings_{path}_refused")
    page.get_by_role("button", name="12けたの番号を出す").click()
    page.locator(".receipt").wait_for()
    look(page, "app_code", of="note/app_code.html")


def test_axe_finds_nothing_for_staff_who_wait_to_be_confirmed(
    context: BrowserContext, url: str, note_town: NoteTown, store: Store, app: Flask
) -> None:
    let_in(context, url, store, note_town.cast.kubo, app)
    page = context.new_page()
    page.goto(url)
    look(page, "waiting", of="note/waiting.html")
    page.get_by_role("link", name="設定").click()
    page.get_by_role("heading", level=2).first.wait_for()
    look(page, "settings_staff")
