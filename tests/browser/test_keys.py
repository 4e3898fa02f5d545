"""The life of a phone's key: named anew by a server that was set back, ended, replaced."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, Request, Route, expect

from models import silence
from models.credential import Credential, CredentialKind, SignIn
from models.keys import KeyRing
from models.phone import Phone
from models.store import Store
from models.thread import Thread
from models.town import Town
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
    until_whole,
)
from tests.browser.shell_phone import stored
from tests.browser.test_contact import CONTACT_NOW, FULL_ONCE, LATER
from tests.browser.test_lost_phone import KEYS, READABLE, held_for, key_of
from tests.browser.test_outbox import AFTER, OBSERVATIONS, authors
from tests.town import MORNING, Cast

OTHER = str(uuid.UUID(int=5))
ANOTHER = f"""async (old) => {{
  const key = await (await {MODULE % "device"}).of(document.body.dataset.me);
  return Boolean(key?.id) && key.id !== old;
}}"""
PENDING = f"""async () =>
  (await (await {MODULE % "device"}).of(document.body.dataset.me)).pending"""
IS_TOLD = f"async (old) => !(await ({KEYS})()).includes(old)"
ONLINE = "() => dispatchEvent(new Event('online'))"


def set_back(store: Store) -> None:
    """To a backup from before this phone's key and its notes."""
    with store.write() as session:
        session.execute(sa.delete(Thread))
        session.execute(sa.update(SignIn).values(device_id=None))
        session.execute(sa.delete(Phone))
        session.execute(sa.delete(Credential).where(Credential.kind == CredentialKind.DEVICE_KEY))
        session.scalars(sa.select(Town)).one().epoch = AFTER


def revoke(store: Store, *, sign_ins: bool = True) -> None:
    with store.write() as session:
        keys = sa.update(Credential).where(Credential.kind == CredentialKind.DEVICE_KEY)
        session.execute(keys.values(revoked_at=MORNING))
        if sign_ins:
            session.execute(sa.update(SignIn).values(revoked_at=MORNING))


def come_back(page: Page, url: str, store: Store, cast: Cast, app: Flask, old: str) -> None:
    """Sign in anew on the phone whose key was shut off."""
    page.goto("about:blank")
    page.context.clear_cookies()
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(f"{url}/settings")
    until(page, ANOTHER, old)
    until_registered(page)


def owed(store: Store) -> dict[str, tuple[int, str]]:
    with store.read() as session:
        return {
            str(phone.device_id): (phone.waiting, phone.missing)
            for phone in session.scalars(sa.select(Phone))
        }


def called_for(store: Store) -> int:
    return silence.watch(store, 3, MORNING + dt.timedelta(days=400))


FORGET_CONTACT = f"async () => (await {MODULE % 'store'}).remove('settings', 'contact')"
OFFERED_AGAIN = f"""async (epoch) => (await (await {MODULE % "outbox"}).list()).every(
  (item) => item.state === "arrived" && item.epoch === epoch)"""
ARE_ALL_ARRIVED = f"""async () => (await (await {MODULE % "outbox"}).list()).every(
  ({{ state }}) => state === "arrived")"""
UNNAMED = f"""async () => {{
  const [item] = await (await {MODULE % "outbox"}).list();
  return !(await ({KEYS})()).length && item.state === "waiting" && !item.device;
}}"""


@pytest.mark.parametrize("first", ["page", "worker"])
@WITH_WORKER
def test_what_is_offered_again_to_a_server_that_forgot_the_key_stays_its_authors(
    own: Page, phone: BrowserContext, url: str, store: Store, cast: Cast, keys: KeyRing, first: str
) -> None:
    put(own, "控えよりあとのもの")
    until_arrived(own, 1)
    sync(own)
    old = key_of(own)
    own.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    own.evaluate(FORGET_CONTACT)
    set_back(store)
    if first == "worker":
        wake = "() => self.dispatchEvent(new SyncEvent('sync', { tag: 'kizuki-outbox' }))"
        phone.service_workers[0].evaluate(wake)
        until(own, UNNAMED)
    own.goto(f"{url}/settings")
    until(own, ANOTHER, old)
    until_registered(own)
    until(own, OFFERED_AGAIN, str(AFTER))
    assert authors(store) == {"控えよりあとのもの": keys.reporter_token(cast.suzuki)}


@LONG
def test_an_answer_that_is_for_another_key_names_none(
    page: Page, url: str, store: Store, cast: Cast, app: Flask, keys: KeyRing
) -> None:
    let_in(page.context, url, store, cast.suzuki, app)

    def mistake(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, json=answer.json() | {"id": OTHER, "point": "BA"})

    # Which would say that no such key is known.
    page.route("**/contacts", lambda route: route.abort())
    page.route("**/api/v1/devices", mistake, times=1)
    with page.expect_response("**/api/v1/devices"):
        page.goto(f"{url}/settings")
    put(page, "書いたもの")
    until_arrived(page, 1)
    until_registered(page)
    assert key_of(page) != OTHER
    assert authors(store) == {"書いたもの": keys.reporter_token(cast.suzuki)}


@LONG
def test_an_answer_to_the_old_key_does_nothing_to_the_new_one(
    own: Page, phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    put(own, "届いたもの")
    until_arrived(own, 1)
    sync(own)
    old = key_of(own)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    own.route("**/contacts", hold)
    revoke(store)
    with own.expect_request("**/contacts"):
        own.evaluate(f"() => {{ globalThis.told = ({CONTACT_NOW})(); }}")
    other = phone.new_page()
    come_back(other, url, store, cast, app, old)
    other.evaluate(READABLE)
    other.evaluate(FULL_ONCE)
    with pytest.raises(Error, match="not kept"):
        put(other, "保管できなかったもの")
    held[0].continue_()
    own.evaluate("() => globalThis.told")
    assert other.evaluate(ANOTHER, old)
    # The old key's first is here; the new one's is still in doubt.
    assert other.evaluate(PENDING) == [1]
    assert (len(items(other)), len(stored(other, "titles"))) == (1, 1)


def test_what_the_old_key_signed_goes_first_and_is_counted_by_itself(
    own: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    old = key_of(own)
    put(own, "届いたもの")
    until_arrived(own, 1)
    lose_signal(own)
    for n in range(2):
        put(own, f"前のもの{n}")
    revoke(store)
    own.route(OBSERVATIONS, lambda route: route.abort())
    own.context.set_offline(False)
    come_back(own, url, store, cast, app, old)
    lose_signal(own)
    for n in range(4):
        put(own, f"後のもの{n}")
    own.unroute(OBSERVATIONS)
    posted: list[tuple[bool, str]] = []

    def note(asked: Request) -> None:
        if asked.url.endswith("/observations"):
            told = asked.headers
            posted.append((told["kizuki-device"] == old, told["kizuki-waiting"]))

    own.on("request", note)
    own.context.set_offline(False)
    until_arrived(own, 7)
    waiting = [(True, "1"), (True, "0"), *((False, str(n)) for n in (3, 2, 1, 0))]
    assert posted == waiting
    until(own, IS_TOLD, old)
    assert set(owed(store).values()) == {(0, "")}
    assert called_for(store) == 0


@LONG
def test_numbers_deleted_or_never_kept_under_the_old_key_are_told_all_the_same(
    own: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    old = key_of(own)
    sync(own)
    lose_signal(own)
    dropped = put(own, "やめたもの")
    own.evaluate(FULL_ONCE)
    with pytest.raises(Error, match="not kept"):
        put(own, "保管できなかったもの")
    put(own, "送るもの")
    revoke(store)
    own.route(OBSERVATIONS, lambda route: route.abort())
    own.context.set_offline(False)
    come_back(own, url, store, cast, app, old)
    own.evaluate(f"async (id) => (await {MODULE % 'outbox'}).remove(id)", dropped["id"])
    own.unroute(OBSERVATIONS)
    own.evaluate(ONLINE)
    until_arrived(own, 1)
    own.evaluate(CONTACT_NOW)
    assert owed(store)[old] == (0, "2")
    own.evaluate(LATER, 11)
    own.evaluate(CONTACT_NOW)
    assert owed(store)[old] == (0, "")
    assert own.evaluate(KEYS) == [key_of(own)]
    assert called_for(store) == 0


@LONG
def test_what_arrived_before_its_key_was_known_is_offered_again_under_it(
    page: Page, url: str, store: Store, cast: Cast, app: Flask, keys: KeyRing
) -> None:
    let_in(page.context, url, store, cast.suzuki, app)
    for address in ("**/api/v1/devices", OBSERVATIONS):
        page.route(address, lambda route: route.abort())
    page.goto(f"{url}/settings")
    until_whole(page)
    put(page, "鍵が知られる前のもの")
    for address in ("**/api/v1/devices", OBSERVATIONS):
        page.unroute(address)
    page.evaluate(ONLINE)
    until_arrived(page, 1)
    old = key_of(page)
    revoke(store)
    come_back(page, url, store, cast, app, old)
    sync(page)
    with store.write() as session:
        session.execute(sa.delete(Thread))
        session.scalars(sa.select(Town)).one().epoch = AFTER
    page.evaluate(FORGET_CONTACT)
    sync(page)
    until(page, OFFERED_AGAIN, str(AFTER))
    assert authors(store) == {"鍵が知られる前のもの": keys.reporter_token(cast.suzuki)}


@pytest.mark.parametrize("is_told_first", [False, True])
def test_a_key_that_ended_while_its_person_is_signed_in_gives_way_and_nothing_is_called_lost(
    own: Page, url: str, store: Store, is_told_first: bool
) -> None:
    put(own, "届いたもの")
    until_arrived(own, 1)
    sync(own)
    old = key_of(own)
    revoke(store, sign_ins=False)
    if is_told_first:
        own.evaluate(f"() => {{ ({CONTACT_NOW})().catch(() => {{}}); }}")
        own.wait_for_url(f"{url}/notes/new")
    own.goto(f"{url}/settings")
    until(own, ANOTHER, old)
    until_registered(own)
    expect(own.locator('[data-bar="lost"]')).to_be_hidden()
    put(own, "そのあとのもの")
    until(own, ARE_ALL_ARRIVED)
    assert held_for(store) == {"届いたもの": None, "そのあとのもの": None}
