"""Reading on a phone, locked: digits open it, an open page is left, and what waits goes on."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from models.credential import SignIn
from models.delivery import Delivery
from models.store import Store
from tests.browser.looking import look
from tests.browser.note_town import NoteTown, let_in
from tests.browser.outbox import items, put, sync, until, until_arrived, until_registered
from tests.browser.shell_phone import stored
from tests.browser.test_drafts import IS_KEPT
from tests.support.unlocking import PIN
from tests.town import Cast

QUESTION = "最後にお会いになったのは、いつごろでしょうか。"
ANSWER = "先週の金曜に会いました。"


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


@pytest.fixture
def suzuki(page: Page, url: str, store: Store, cast: Cast, app: Flask) -> Page:
    """A page of Suzuki's, whose phone has a key."""
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(f"{url}/settings")
    until_registered(page)
    return page


def _set(store: Store, cast: Cast, **values: Any) -> None:
    with store.write() as session:
        own = sa.update(SignIn).where(SignIn.person_id == cast.suzuki)
        session.execute(own.values(**values))


def test_a_tap_on_a_notification_leads_through_the_digits_to_the_reply(
    suzuki: Page, url: str, store: Store, note_town: NoteTown
) -> None:
    _set(store, note_town.cast, pin=None, is_open=False)
    with store.read() as session:
        asked = Delivery.thread_id == note_town.asked, Delivery.person_id.is_(None)
        address = session.scalars(sa.select(Delivery.address).where(*asked)).first()
    suzuki.goto(f"{url}/d/{address}")
    heading, field = suzuki.get_by_role("heading", level=1), suzuki.locator("#pin")
    expect(heading).to_have_text("番号を決めてください")
    expect(suzuki.get_by_text(QUESTION)).to_have_count(0)
    look(suzuki, "lock_choose", of="join/lock.html")
    field.fill(PIN)
    suzuki.get_by_role("button", name="この番号にする").click()
    expect(suzuki.get_by_text(QUESTION)).to_be_visible()
    _set(store, note_town.cast, is_open=False)
    suzuki.goto(f"{url}/d/{address}")
    expect(heading).to_have_text("番号を入れてください")
    expect(field).to_be_focused()
    field.press_sequentially("593027")
    expect(suzuki.get_by_text("番号がちがうようです。")).to_be_visible()
    look(suzuki, "lock_wrong", of="join/lock.html")
    field.press_sequentially(PIN)
    expect(suzuki.get_by_text(QUESTION)).to_be_visible()
    assert suzuki.url == f"{url}/notes/{note_town.asked}"
    suzuki.goto(f"{url}/lock/pin")
    expect(suzuki.locator("#present")).to_be_focused()
    suzuki.locator("#present").fill(PIN)
    field.fill("593027")
    suzuki.get_by_role("button", name="この番号にする").click()
    expect(suzuki).to_have_url(f"{url}/settings?done=saved")


def test_a_thread_that_nobody_touches_is_left_and_what_was_begun_comes_back(
    suzuki: Page, url: str, store: Store, note_town: NoteTown
) -> None:
    suzuki.clock.install()
    thread = f"{url}/notes/{note_town.asked}"
    suzuki.goto(thread)
    expect(suzuki.locator("html")).to_have_attribute("data-ready", "")
    suzuki.locator("#words").fill(ANSWER)
    until(suzuki, IS_KEPT)
    _set(store, note_town.cast, is_open=False)
    suzuki.clock.fast_forward("14:00")
    expect(suzuki.get_by_text(QUESTION)).to_be_visible()
    suzuki.clock.fast_forward("01:30")
    expect(suzuki).to_have_url(f"{url}/lock?next=%2Fnotes%2F{note_town.asked}")
    expect(suzuki.get_by_role("heading", level=1)).to_have_text("番号を入れてください")
    expect(suzuki.locator("html")).to_have_attribute("data-ready", "")
    assert stored(suzuki, "titles"), "without signal they are still seen"
    _set(store, note_town.cast, is_open=True)
    suzuki.goto(thread)
    expect(suzuki.locator("#words")).to_have_value(ANSWER)


def test_a_phone_that_is_shut_loses_nothing_and_sends_what_waits(
    suzuki: Page, url: str, store: Store, cast: Cast
) -> None:
    suzuki.goto(f"{url}/notes")
    until_registered(suzuki)
    suzuki.route("**/api/v1/observations", lambda route: route.abort())
    put(suzuki, "灯りがつきません")
    _set(store, cast, is_open=False, wrong_pins=10)
    suzuki.goto(f"{url}/notes")
    expect(suzuki.get_by_role("heading", level=1)).to_have_text(
        "この電話では、番号でひらけなくなりました"
    )
    look(suzuki, "lock_shut", of="join/lock.html")
    assert [item["state"] for item in items(suzuki)] == ["waiting"]
    assert stored(suzuki, "titles") == []
    suzuki.unroute("**/api/v1/observations")
    sync(suzuki)
    until_arrived(suzuki, 1)
