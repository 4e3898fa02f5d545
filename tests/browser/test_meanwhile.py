"""What was written without signal arrives whatever became of its writer, their desk or sign-in."""

from __future__ import annotations

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.handoff import HeldReason
from models.store import Store
from models.thread import Thread
from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.note_town import let_in
from tests.browser.outbox import items, lose_signal, until_arrived, until_registered
from tests.browser.test_note_kept import TYPED, form, heading, looked_at, open_form, send
from tests.browser.test_outbox import count_posts
from tests.support import worlds
from tests.support.notes import last_thread, notes
from tests.support.waiting import until
from tests.support.worlds import World
from tests.town import Cast

pytestmark = WITH_WORKER

__all__ = ["form"]

HELD = "市の窓口でお預かりしました"
TIME = re.compile(r"\S*(\(.\) )?\d+:\d\d")
ELSEWHERE = "北の相談室のかわりに、{}が受け止めます。"


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


def arrived(page: Page) -> None:
    expect(page.get_by_text("届きました", exact=True)).to_be_visible()


def write_without_signal(page: Page) -> None:
    lose_signal(page)
    page.locator("#words").fill(TYPED)
    send(page)
    heading(page, "この電話に保管しました")


def moved_to_another_role(session: Any, cast: Cast) -> None:
    worlds.moved(session, cast)
    worlds.became_a_commissioner(session, cast)


@pytest.mark.parametrize(
    ("world", "desk", "is_told", "why"),
    [
        (moved_to_another_role, "north_desk", None, None),
        (worlds.desk_without_staff, "core", ELSEWHERE.format("つながり支援課"), None),
        (worlds.merged, "south_desk", ELSEWHERE.format("南の相談室"), None),
        (worlds.locked_out, "core", HELD, HeldReason.REVOKED_KEY),
    ],
)
def test_whatever_became_of_its_writer_and_their_desk_a_note_arrives_and_says_where(
    form: Page,
    store: Store,
    cast: Cast,
    world: World,
    desk: str,
    is_told: str | None,
    why: HeldReason | None,
) -> None:
    write_without_signal(form)
    with store.write() as session:
        world(session, cast)
    form.context.set_offline(False)
    arrived(form)
    for sentence in (HELD, "北の相談室のかわりに"):
        is_there = is_told is not None and sentence in is_told
        expect(form.get_by_text(sentence)).to_be_visible(visible=is_there)
    if is_told:
        expect(form.get_by_text(is_told)).to_be_visible()
    assert notes(store) == 1
    with store.read() as session:
        thread = last_thread(session)
        assert thread.handoff.desk_id == getattr(cast, desk)
        assert (thread.handoff.held_reason, thread.reporter.person_id) == (why, cast.suzuki)


def said_of_a_place_nobody_knows(page: Page, url: str, *, sealed: bool) -> str:
    open_form(page, f"{url}/notes/new")
    page.locator("#place").fill("だれも知らない町")
    if sealed:
        page.locator("details.fold").evaluate_all("all => all.forEach(one => { one.open = true; })")
        page.locator('[name="not_nearby"]').first.check()
    write_without_signal(page)
    page.context.set_offline(False)
    arrived(page)
    expect(page.locator(".ladder").get_by_text("つながり支援課")).to_be_visible()
    expect(page.get_by_text("どの窓口が受け止めるか、人が見て決めます。")).to_contain_text(
        "つながり支援課が責任を持ちます。"
    )
    expect(page.get_by_text("のかわりに")).to_be_hidden()
    # What the page offers last, once it knows this browser.
    expect(page.get_by_role("button", name="お知らせを受け取る")).to_be_visible()
    looked_at(page, "kept_held")
    text = page.locator("main").inner_text().replace(page.locator(".receipt").inner_text(), "")
    return TIME.sub("", text)


def test_what_the_core_holds_is_said_to_be_there_sealed_or_not(
    page: Page, url: str, store: Store
) -> None:
    plain, twin = (said_of_a_place_nobody_knows(page, url, sealed=one) for one in (False, True))
    assert HELD in plain
    assert plain == twin
    with store.read() as session:
        assert sorted(one.is_sealed for one in session.scalars(sa.select(Thread))) == [False, True]


@LONG
def test_a_sign_in_and_a_token_that_ended_under_an_open_form_change_nothing(
    form: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    stale = form.locator("body").get_attribute("data-csrf")
    form.context.clear_cookies()
    let_in(form.context, url, store, cast.nakamura, app)
    form.locator("#words").fill(TYPED)
    send(form)
    arrived(form)
    assert form.locator("body").get_attribute("data-csrf") == stale
    with store.read() as session:
        thread = last_thread(session)
        assert thread.reporter.person_id == cast.suzuki
        assert thread.handoff.desk_id == cast.north_desk


@LONG
def test_where_no_key_is_known_and_the_sign_in_has_ended_the_note_waits_for_its_writer(
    page: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    page.route("**/api/v1/devices", lambda route: route.abort())
    let_in(page.context, url, store, cast.suzuki, app)
    open_form(page, f"{url}/notes/new")
    page.context.clear_cookies()
    page.locator("#words").fill(TYPED)
    send(page)
    expect(page.get_by_text("書いた人がもう一度入ると、送ります。")).to_be_visible()
    assert ([item["state"] for item in items(page)], notes(store)) == (["waiting"], 0)
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(f"{url}/notes/new")
    until_arrived(page, 1)
    with store.read() as session:
        thread = last_thread(session)
        assert thread.reporter.person_id == cast.suzuki
        assert thread.handoff.desk_id == cast.north_desk


def test_the_worker_sends_what_waits_with_no_page_open(
    phone: BrowserContext, page: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    let_in(phone, url, store, cast.suzuki, app)
    open_form(page, f"{url}/notes/new")
    until_registered(page)
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    write_without_signal(page)
    blank = phone.new_page()
    page.close()
    cdp = phone.new_cdp_session(blank)
    registrations: list[dict[str, Any]] = []
    cdp.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda event: registrations.extend(event["registrations"]),
    )
    cdp.send("ServiceWorker.enable")
    posted = count_posts(app)
    phone.set_offline(False)
    blank.wait_for_function("() => navigator.onLine")
    until(lambda: blank.evaluate("() => true") and registrations)
    assert [one.url for one in phone.pages] == ["about:blank"]
    (known,) = {one["registrationId"] for one in registrations}
    told = {"origin": url, "registrationId": known, "tag": "kizuki-outbox", "lastChance": False}
    posted.append("asked")
    cdp.send("ServiceWorker.dispatchSyncEvent", told)
    until(lambda: notes(store) == 1)
    # What anything else had sent before, however late, would stand before the word.
    assert posted[:2] == ["asked", "/api/v1/observations"]
    with store.read() as session:
        thread = last_thread(session)
        assert thread.reporter.person_id == cast.suzuki
        assert thread.handoff.desk_id == cast.north_desk
    blank.goto(f"{url}/notes/new")
    until(lambda: [item["state"] for item in items(blank)] == ["arrived"])
