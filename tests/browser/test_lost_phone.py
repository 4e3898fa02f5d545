"""A phone's key is shut off: a lost phone is emptied, and whoever comes back gets a new key."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy.orm import Session

from models import lost_phone
from models.credential import Credential, CredentialKind, SignIn, end_access
from models.handoff import HeldReason
from models.observation import Observation
from models.person import Person
from models.store import Store
from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.note_town import let_in
from tests.browser.outbox import (
    MODULE,
    items,
    lose_signal,
    put,
    sync,
    until,
    until_arrived,
    until_registered,
)
from tests.browser.shell_phone import cold, stored, visit
from tests.browser.test_outbox import count_posts
from tests.support.notes import last_thread
from tests.town import MORNING, Cast

KEYS = f"""async () =>
  (await (await {MODULE % "device"}).all()).map(({{ id }}) => id).filter(Boolean)"""
EMPTIED = f"async () => !(await ({KEYS})()).length"


def key_of(page: Page) -> str:
    (found,) = page.evaluate(KEYS)
    return str(found)


def end(store: Store, cast: Cast, phone_id: str) -> None:
    with store.write() as session:
        suzuki, by = (session.get_one(Person, one) for one in (cast.suzuki, cast.okada))
        assert lost_phone.end(session, suzuki, uuid.UUID(phone_id), by=by, now=MORNING)


def held_for(store: Store) -> dict[str, HeldReason | None]:
    with store.read() as session:
        found = session.scalars(sa.select(Observation)).all()
        return {str(one.body["words"]): one.thread.handoff.held_reason for one in found}


READABLE = f"""async () => {{
  const {{ keepTitles }} = await {MODULE % "readable"};
  await keepTitles(document.body.dataset.me, () => [{{ title: "題" }}]);
  const fields = [["words", "書きかけたこと"]];
  await (await {MODULE % "drafts"}).save("note", {{ id: crypto.randomUUID(), fields }});
  sessionStorage.setItem("push-told", "x");
  localStorage.setItem("install-later", "1");
}}"""
SOON_IN_TOUCH = f"""async () => {{
  await (await {MODULE % "device"}).owe();
  {MODULE % "sync"}.then(({{ sync }}) => sync()).catch(console.info);
}}"""
ShutOff = Callable[[Session, Cast, uuid.UUID], None]
SUBSCRIBED = """PushManager.prototype.getSubscription = async () => ({
  unsubscribe: async () => { globalThis.isSilent = true; },
});"""


@WITH_WORKER
def test_a_lost_phone_is_emptied_by_the_next_page_that_is_nobodys(
    own: Page, phone: BrowserContext, url: str, store: Store, cast: Cast
) -> None:
    put(own, "届いたもの")
    until_arrived(own, 1)
    sync(own)
    own.evaluate(READABLE)
    end(store, cast, key_of(own))
    # Chromium says on the console that a request without a cookie clears no cache.
    found = phone.new_page()
    found.add_init_script(SUBSCRIBED)
    found.goto(f"{url}/notes/new")
    until(found, EMPTIED)
    assert (items(found), set(dict(stored(found, "device")))) == ([], {"nobody"})
    assert [stored(found, name) for name in ("titles", "drafts", "keys")] == [[], [], []]
    found.wait_for_function("() => globalThis.isSilent && !localStorage.length")
    own.wait_for_url(f"{url}/")
    assert own.evaluate("() => sessionStorage.length") == 0
    expect(found.locator("#words")).to_be_visible()
    visit(found, f"{url}/notes/new")
    until(found, "async () => Boolean(await caches.match('/offline'))")
    phone.set_offline(True)
    cold(found, f"{url}/notes/new")
    assert found.locator("#words").is_visible()
    tree = "() => document.querySelector('link[rel=stylesheet]').sheet.cssRules.length"
    assert found.evaluate(tree)
    phone.set_offline(False)


def by_a_desk(session: Session, cast: Cast, phone_id: uuid.UUID) -> None:
    suzuki, okada = (session.get_one(Person, one) for one in (cast.suzuki, cast.okada))
    lost_phone.end(session, suzuki, phone_id, by=okada, now=MORNING)


def by_its_owner(session: Session, cast: Cast, phone_id: uuid.UUID) -> None:
    suzuki = session.get_one(Person, cast.suzuki)
    lost_phone.end(session, suzuki, phone_id, by=suzuki, now=MORNING)


def by_the_server(session: Session, cast: Cast, _phone_id: uuid.UUID) -> None:
    end_access(session, session.get_one(Person, cast.suzuki), MORNING)


@pytest.mark.parametrize("shut_off", [by_a_desk, by_its_owner, by_the_server])
def test_whatever_shut_a_phone_off_nothing_stays_to_be_read_on_it(
    own: Page, url: str, store: Store, cast: Cast, shut_off: ShutOff
) -> None:
    own.evaluate(READABLE)
    assert all(stored(own, name) for name in ("titles", "drafts", "keys"))
    with store.write() as session:
        shut_off(session, cast, uuid.UUID(key_of(own)))
    own.evaluate(SOON_IN_TOUCH)
    own.wait_for_url(f"{url}/")
    until(own, EMPTIED)
    assert [stored(own, name) for name in ("titles", "drafts", "keys")] == [[], [], []]


@LONG
@WITH_WORKER
def test_kept_pages_whose_mark_outlived_them_come_back(own: Page, url: str) -> None:
    visit(own, f"{url}/notes/new")
    until(own, f"async () => (await {MODULE % 'store'}).get('settings', 'shells')")
    own.evaluate("async () => { for (const one of await caches.keys()) await caches.delete(one); }")
    visit(own, f"{url}/notes/new")
    until(own, "async () => Boolean(await caches.match('/offline'))")


def nakamura_writes(page: Page, url: str, store: Store, cast: Cast, app: Flask) -> None:
    """On the phone of another, on a line that takes no notes."""
    # An answer to the page before must not bring its cookie over the new one.
    page.goto("about:blank")
    page.context.clear_cookies()
    let_in(page.context, url, store, cast.nakamura, app)
    page.goto(f"{url}/settings")
    until_registered(page)
    page.route("**/api/v1/observations", lambda route: route.abort())
    put(page, "中村が書いたもの")


def test_what_another_person_keeps_on_an_ended_phone_still_arrives(
    own: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    lost = key_of(own)
    nakamura_writes(own, url, store, cast, app)
    # What the page began with has ended: none of it is told after the key's end.
    sync(own)
    end(store, cast, lost)
    own.evaluate(f"async () => (await {MODULE % 'device'}).owe()")
    sync(own)
    sync(own)
    until(own, f"async (lost) => !(await ({KEYS})()).includes(lost)", lost)
    assert [item["state"] for item in items(own)] == ["waiting"]
    own.unroute("**/api/v1/observations")
    own.evaluate("() => dispatchEvent(new Event('online'))")
    until_arrived(own, 1)
    with store.read() as session:
        assert last_thread(session).reporter.person_id == cast.nakamura


UNNAMED = f"""async (id) => (await {MODULE % "store"}).change("outbox", id, (item) =>
  ({{ ...item, device: null }}))"""


@LONG
def test_whoever_comes_back_on_the_same_phone_signs_with_a_new_key(
    own: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    old = key_of(own)
    lose_signal(own)
    put(own, "その前に書いたもの")
    unnamed = put(own, "鍵が知られる前に書いたもの")
    own.evaluate(UNNAMED, unnamed["id"])
    with store.write() as session:
        for row in session.scalars(sa.select(SignIn)):
            row.revoked_at = MORNING
        for key in session.scalars(sa.select(Credential)):
            if key.kind is CredentialKind.DEVICE_KEY:
                key.revoked_at = MORNING
    own.context.set_offline(False)
    own.context.clear_cookies()
    let_in(own.context, url, store, cast.suzuki, app)
    own.goto(f"{url}/settings")
    until(own, f"async (old) => !(await ({KEYS})()).includes(old)", old)
    until_registered(own)
    put(own, "戻ってから書いたもの")
    until_arrived(own, 3)
    assert held_for(store) == {
        "その前に書いたもの": HeldReason.REVOKED_KEY,
        "鍵が知られる前に書いたもの": HeldReason.REVOKED_KEY,
        "戻ってから書いたもの": None,
    }
    until(own, EMPTIED.replace("!", ""))


@LONG
def test_a_key_is_made_known_once_for_each_sign_in(
    own: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    key = key_of(own)
    posted = count_posts(app)
    for _ in range(2):
        own.goto(f"{url}/settings")
        until_registered(own)
        sync(own)
    assert posted.count("/api/v1/devices") == 0
    own.context.clear_cookies()
    let_in(own.context, url, store, cast.suzuki, app)
    with own.expect_response("**/api/v1/devices"):
        own.goto(f"{url}/settings")
    sync(own)
    assert key_of(own) == key
    with store.read() as session:
        assert set(session.scalars(sa.select(SignIn.device_id))) == {uuid.UUID(key)}


@LONG
def test_a_portals_refusal_ends_no_key(
    own: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    key = key_of(own)
    put(own, "その前に書いたもの")
    until_arrived(own, 1)
    own.goto("about:blank")
    own.context.clear_cookies()
    let_in(own.context, url, store, cast.suzuki, app)
    portal = {"status": 422, "content_type": "application/problem+json", "body": "{}"}
    own.route("**/api/v1/devices", lambda route: route.fulfill(**portal), times=1)
    with own.expect_response("**/api/v1/devices"):
        own.goto(f"{url}/settings")
    until_registered(own)
    sync(own)
    assert (key_of(own), put(own, "そのあとのもの")["sequence"]) == (key, "2")
