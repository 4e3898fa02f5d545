"""Whoever has no key that the server knows, and no session any more, sends nothing as nobody."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Page, expect

from models.credential import SignIn
from models.observation import Observation
from models.store import Store
from tests import town
from tests.browser.conftest import LONG
from tests.browser.note_town import let_in
from tests.browser.outbox import MODULE, items, put, sync, until, until_arrived, until_whole
from tests.browser.test_note_kept import TYPED, heading, looked_at, open_form, send
from tests.browser.test_outbox import count_posts
from tests.support.notes import last_thread, notes
from tests.town import MORNING, Cast

AGAIN = "書いた人がもう一度入ると、送ります。"
LEFT = (
    f"""async () => (await (await {MODULE % "outbox"}).unsent()).every(({{ leftAt }}) => leftAt)"""
)
LEFT_BEFORE = f"""async (hours) => {{
  const store = await {MODULE % "store"};
  const before = (item) => ({{ ...item, leftAt: item.leftAt - hours * 3600e3 }});
  for (const [id] of await store.all("outbox")) await store.change("outbox", id, before);
}}"""


def end_sessions(store: Store) -> None:
    with store.write() as session:
        session.execute(sa.update(SignIn).values(revoked_at=MORNING))


def author(store: Store) -> uuid.UUID | None:
    with store.read() as session:
        return last_thread(session).reporter.person_id


@pytest.fixture
def okada(page: Page, url: str, store: Store, cast: Cast, app: Flask) -> Page:
    """A form of a clerk's, on a computer that has no key of its own."""
    let_in(page.context, url, store, cast.okada, app)
    open_form(page, f"{url}/notes/new")
    until_whole(page)
    return page


def test_what_a_clerk_sends_after_their_session_waits_for_them_and_is_theirs(
    okada: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    end_sessions(store)
    posted = count_posts(app)
    okada.locator("#place").fill("北町")
    okada.locator("#words").fill(TYPED)
    send(okada)
    heading(okada, "この電話に保管しました")
    expect(okada.get_by_text(AGAIN)).to_be_visible()
    expect(okada.get_by_text("書いた人がもう一度入ると、送れるもの")).to_be_visible()
    expect(okada.get_by_text("電波がつながると、自動で送ります")).to_be_hidden()
    expect(okada.get_by_text("届きました", exact=True)).to_be_hidden()
    looked_at(okada, "kept_left")
    assert sync(okada) == 1
    assert (posted.count("/api/v1/observations"), notes(store)) == (1, 0)
    okada.context.clear_cookies()
    okada.goto(f"{url}/receipts")
    until_whole(okada)
    expect(okada.get_by_role("listitem").get_by_text(AGAIN)).to_be_visible()
    looked_at(okada, "waiting_left")
    assert sync(okada) == 1
    let_in(okada.context, url, store, cast.okada, app)
    okada.goto(f"{url}/notes")
    until_arrived(okada, 1)
    expect(okada.locator('[data-bar="left"]')).to_be_hidden()
    assert author(store) == cast.okada


@pytest.mark.parametrize(
    ("urgency", "hours", "goes"),
    [
        ("soon", 71, False),
        ("soon", 73, True),
        ("today", 0, False),
        ("today", 2, True),
        ("soon", -9000, False),  # the clock was set back meanwhile
    ],
)
def test_what_waited_too_long_for_its_writer_goes_without_a_name(
    okada: Page, url: str, store: Store, urgency: str, hours: int, goes: bool
) -> None:
    end_sessions(store)
    put(okada, "待つもの", shown={"area": "", "urgency": urgency})
    until(okada, LEFT)
    okada.context.clear_cookies()
    okada.goto(f"{url}/about")
    until_whole(okada)
    okada.evaluate(LEFT_BEFORE, hours)
    assert sync(okada) == (0 if goes else 1)
    assert notes(store) == (1 if goes else 0)
    assert not goes or author(store) is None


def goes_after_two_hours(page: Page, url: str) -> None:
    """It is left to its writer, and goes without them once that took longer than an hour."""
    until(page, LEFT)
    assert [item["shown"]["urgency"] for item in items(page)] == ["today"]
    page.context.clear_cookies()
    page.goto(f"{url}/about")
    until_whole(page)
    assert sync(page) == 1
    page.evaluate(LEFT_BEFORE, 2)
    assert sync(page) == 0


@LONG
def test_a_sign_of_danger_waits_for_its_writer_no_longer_than_an_hour(
    okada: Page, url: str, store: Store
) -> None:
    end_sessions(store)
    okada.locator("#place").fill("北町")
    okada.locator('[name="signs"][value="mail_pile"]').check(force=True)
    send(okada)
    goes_after_two_hours(okada, url)
    assert notes(store) == 1


@LONG
def test_what_is_added_to_an_urgent_note_is_as_urgent(
    okada: Page, url: str, store: Store, cast: Cast
) -> None:
    with store.write() as session:
        signs = ["mail_pile"]
        note = town.note(session, MORNING, by=cast.okada, area=cast.kitamachi, signs=signs)
        address = f"{url}/notes/{note.thread_id}"
    okada.goto(address)
    until_whole(okada)
    end_sessions(store)
    okada.locator("#add summary").click()
    okada.get_by_label("変わったことや").fill("けさも同じです。")
    okada.get_by_role("button", name="書きたしたものを送る").click()
    goes_after_two_hours(okada, url)


@LONG
def test_who_signs_in_in_time_begins_the_days_anew(
    okada: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    end_sessions(store)
    put(okada, "待つもの")
    until(okada, LEFT)
    okada.context.clear_cookies()
    let_in(okada.context, url, store, cast.okada, app)
    okada.route("**/api/v1/observations", lambda route: route.abort())
    okada.goto(f"{url}/notes")
    until(okada, LEFT.replace("=> leftAt", "=> !leftAt"))


def test_another_session_in_the_same_browser_sends_nothing_of_the_first(
    okada: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    other = okada.context.new_page()
    okada.context.clear_cookies()
    let_in(okada.context, url, store, cast.kato, app)
    other.goto(f"{url}/notes/new")
    until_whole(other)
    put(okada, "岡田が書いたもの")
    until(okada, LEFT)
    assert (sync(other), notes(store)) == (1, 0)


@LONG
def test_what_a_phone_without_a_key_kept_waits_on_the_pages_of_others(
    page: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    page.route("**/api/v1/devices", lambda route: route.abort())
    page.route("**/api/v1/observations", lambda route: route.abort())
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(f"{url}/settings")
    until_whole(page)
    put(page, "鈴木が書いたもの")
    page.unroute("**/api/v1/observations")
    for other in (None, cast.nakamura):
        page.goto("about:blank")
        page.context.clear_cookies()
        if other:
            let_in(page.context, url, store, other, app)
        page.goto(f"{url}/about")
        until_whole(page)
        assert sync(page) == 1
    page.goto("about:blank")
    page.context.clear_cookies()
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(f"{url}/settings")
    until_arrived(page, 1)
    assert author(store) == cast.suzuki
    assert [item["state"] for item in items(page)] == ["arrived"]
    with store.read() as session:
        assert len(session.scalars(sa.select(Observation)).all()) == 1
