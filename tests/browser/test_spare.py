"""A second copy of what waits: a browser that makes its database anew loses nobody's note."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.observation import Observation
from models.phone import Phone
from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.note_town import let_in
from tests.browser.outbox import (
    FIELDS,
    MODULE,
    PUT,
    SYNC,
    items,
    put,
    sync,
    until,
    until_arrived,
    until_registered,
    until_whole,
)
from tests.browser.profile import kill, opened, tear
from tests.browser.test_cleared import DELETE_DATABASE
from tests.browser.test_lost_phone import key_of
from tests.support.notes import notes
from tests.town import Cast

GIVEN = {"fields": FIELDS | {"words": "消すもの"}, "shown": {"area": "北町", "urgency": "soon"}}
OBSERVATIONS = "**/api/v1/observations"
SPARE = "async () => (await (await caches.open('spare')).keys()).map(({ url }) => url)"
HOLDS = f"async (count) => (await ({SPARE})()).length === count"
WAIT = f"async (count) => (await (await {MODULE % 'outbox'}).unsent()).length === count"
FORGET_NAME = f"""async () => {{
  const {{ change }} = await {MODULE % "store"};
  const drop = ({{ id, ...key }}) => key;
  await change("device", document.body.dataset.me, drop);
}}"""
"""As before the server first heard of the key."""
RENAME = f"""async (id) => {{
  await (await {MODULE % "registration"}).rename(await (await {MODULE % "device"}).own(), id);
}}"""
SLOW = """for (const name of ["put", "keys"]) {
  const act = Cache.prototype[name];
  Cache.prototype[name] = async function (...given) {
    if (name === "keys" || String(given[0]).startsWith("/spare/")) await globalThis.may?.[name];
    return act.apply(this, given);
  };
}
globalThis.may = {};"""
"""A page whose copies are put, or looked through, as soon as a test lets them."""
WAITING = """(name) => {
  globalThis.may[name] = new Promise((resolve) => { globalThis.go = resolve; });
}"""
COUNTED = """const { delete: drop } = Cache.prototype;
globalThis.copies = [];
Cache.prototype.delete = async function (...given) {
  if (String(given[0]).startsWith("/spare/")) globalThis.copies.push((await this.keys()).length);
  return drop.apply(this, given);
};"""
"""A page that counts the copies before each that goes."""
NAMED = f"async (id) => (await ({SPARE})()).every((url) => url.endsWith(`/${{id}}`))"
REMOVE = f"async (id) => (await {MODULE % 'outbox'}).remove(id)"
LATER = f"""async (minutes) => {{
  const now = Date.now;
  Date.now = () => now() + minutes * 60_000;
  await (await {MODULE % "device"}).owe();
  await (await {MODULE % "sync"}).sync();
  Date.now = now;
}}"""


@pytest.fixture
def away(own: Page) -> Iterator[Page]:
    """Suzuki's page, none of whose notes get through."""
    own.route(OBSERVATIONS, lambda route: route.abort())
    return own


def again(page: Page) -> None:
    page.reload()
    until_registered(page)


def authors(store: Store) -> dict[str, bytes | None]:
    with store.read() as session:
        found = session.scalars(sa.select(Observation)).all()
        return {str(one.body["words"]): one.thread.reporter.token for one in found}


def test_a_log_torn_by_a_kill_loses_nothing(
    browser: Browser, url: str, cast: Cast, store: Store, app: Flask, tmp_path: Path
) -> None:
    kind, profile = browser.browser_type, tmp_path / "profile"
    kept = []
    for life in range(2):
        with opened(kind, profile) as context:
            context.route(OBSERVATIONS, lambda route: route.abort())
            let_in(context, url, store, cast.suzuki, app)
            page = context.new_page()
            page.goto(f"{url}/notes/new")
            until_registered(page)
            until_whole(page)
            kept += [put(page, f"{life}-{n}")["id"] for n in range(3)]
            kill(profile)
        if life == 0:
            tear(profile)
    with opened(kind, profile) as context:
        page = context.new_page()
        page.goto(f"{url}/notes/new")
        until_arrived(page, len(kept))
        assert sorted(item["id"] for item in items(page)) == sorted(kept)
        expect(page.locator('[data-bar="lost"]')).to_be_hidden()
    assert set(authors(store).values()) == {store.keys.reporter_token(cast.suzuki)}
    assert len(authors(store)) == len(kept)


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_whose_note_it_is_stays_where_the_key_is_lost(
    away: Page, store: Store, cast: Cast, *, is_known: bool
) -> None:
    if not is_known:
        away.evaluate(FORGET_NAME)
    put(away, "先のもの")
    away.evaluate(DELETE_DATABASE)
    again(away)
    put(away, "あとのもの")
    numbers = [item["sequence"] for item in items(away)]
    assert len(set(numbers)) == (1 if is_known else 2)
    away.unroute(OBSERVATIONS)
    sync(away)
    until_arrived(away, 2)
    until(away, HOLDS, 0)
    token = store.keys.reporter_token(cast.suzuki)
    assert authors(store) == {"先のもの": token, "あとのもの": token}


def test_what_was_deleted_or_has_arrived_does_not_come_back(away: Page) -> None:
    deleted = put(away, "消すもの")
    assert away.evaluate(SPARE) != []
    assert away.evaluate(REMOVE, deleted["id"])
    assert away.evaluate(SPARE) == []
    away.unroute(OBSERVATIONS)
    put(away, "届くもの")
    until_arrived(away, 1)
    until(away, HOLDS, 0)
    away.evaluate(DELETE_DATABASE)
    again(away)
    sync(away)
    assert items(away) == []


@LONG
def test_no_copy_stays_behind_that_was_filed_under_a_name_its_key_had(away: Page) -> None:
    item = put(away, "消すもの")
    away.evaluate(RENAME, "00000000-0000-4000-8000-000000000001")
    assert away.evaluate(REMOVE, item["id"])
    assert away.evaluate(SPARE) == []


@LONG
def test_what_was_kept_before_there_were_copies_gets_one(away: Page) -> None:
    put(away, "前からのもの")
    away.evaluate("() => caches.delete('spare')")
    again(away)
    until(away, HOLDS, 1)
    away.evaluate(DELETE_DATABASE)
    again(away)
    until(away, WAIT, 1)


@LONG
def test_what_another_tab_deletes_while_it_is_copied_stays_deleted(
    away: Page, phone: BrowserContext, url: str, store: Store
) -> None:
    away.add_init_script(SLOW)
    again(away)
    other = phone.new_page()
    other.route(OBSERVATIONS, lambda route: route.abort())
    other.goto(f"{url}/settings")
    until_registered(other)
    away.evaluate(WAITING, "put")
    away.evaluate(f"(given) => {{ globalThis.done = ({PUT})(given); }}", GIVEN)
    until(other, WAIT, 1)
    (item,) = items(other)
    assert other.evaluate(REMOVE, item["id"])
    away.evaluate("() => { go(); return done; }")
    assert len(away.evaluate(SPARE)) == 1
    away.unroute(OBSERVATIONS)
    again(away)
    until(away, HOLDS, 0)
    assert (items(away), notes(store)) == ([], 0)


@LONG
def test_a_copy_goes_by_the_name_that_its_key_got_later(away: Page) -> None:
    away.evaluate(FORGET_NAME)
    put(away, "鍵が知られる前のもの")
    assert away.evaluate(NAMED, "")
    # The key gets its name while one page stands, and its copies at the start of the next: before
    # the former one goes, which a kill between them would leave alone.
    away.add_init_script(COUNTED)
    for _ in range(2):
        again(away)
    id_ = key_of(away)
    until(away, NAMED, id_)
    until(away, HOLDS, 1)
    assert away.evaluate("() => globalThis.copies") == [2]
    away.evaluate(DELETE_DATABASE)
    again(away)
    until(away, WAIT, 1)
    assert [item["device"] for item in items(away)] == [id_]


@LONG
def test_the_copy_of_what_is_kept_while_others_are_looked_through_stays(
    away: Page, phone: BrowserContext, url: str
) -> None:
    other = phone.new_page()
    other.route(OBSERVATIONS, lambda route: route.abort())
    other.goto(f"{url}/settings")
    until_registered(other)
    away.add_init_script(SLOW + f"({WAITING})('keys');")
    away.reload()
    until_whole(away)
    put(other, "新しいもの")
    away.evaluate(f"async () => {{ go(); return ({SYNC})(); }}")
    until(other, HOLDS, 1)
    assert len(items(other)) == 1


@LONG
def test_what_comes_back_goes_before_what_was_written_later(away: Page, store: Store) -> None:
    kept = [put(away, name)["id"] for name in ("一", "二")]
    away.evaluate(DELETE_DATABASE)
    again(away)
    until(away, WAIT, 2)
    kept.append(put(away, "三")["id"])
    assert [item["id"] for item in items(away)] == kept


@LONG
def test_numbers_that_went_with_a_key_nobody_knew_are_asked_after_by_nobody(
    away: Page, store: Store
) -> None:
    devices = "**/api/v1/devices"
    away.route(devices, lambda route: route.abort())
    away.evaluate(FORGET_NAME)
    assert away.evaluate(REMOVE, put(away, "消すもの")["id"])
    assert put(away, "残るもの")["sequence"] == "2"
    away.evaluate(DELETE_DATABASE)
    away.unroute(devices)
    again(away)
    until(away, WAIT, 1)
    away.unroute(OBSERVATIONS)
    sync(away)
    until_arrived(away, 1)
    for minutes in (1, 20, 40):
        away.evaluate(LATER, minutes)
    with store.read() as session:
        (mine,) = [one for one in session.scalars(sa.select(Phone)) if one.sequence == 2]
        assert mine.owed == 0
