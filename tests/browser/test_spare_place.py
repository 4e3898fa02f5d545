"""Where a second copy of what waits cannot be kept, read or deleted, nothing else is held up."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Error, Page, expect

from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.outbox import items, put, until, until_arrived, until_registered
from tests.browser.test_cleared import DELETE_DATABASE
from tests.browser.test_note_kept import TYPED, send
from tests.browser.test_spare import HOLDS, OBSERVATIONS, REMOVE, WAIT, again, away
from tests.support.notes import notes

__all__ = ["away"]

HANGING = """for (const name of ["open", "has", "keys", "match"]) {
  CacheStorage.prototype[name] = () => new Promise(() => {});
}"""
SLOW = """const { open } = CacheStorage.prototype;
CacheStorage.prototype.open = async function (...given) {
  await globalThis.may;
  return open.apply(this, given);
};"""
WAITING = """() => {
  globalThis.may = new Promise((resolve) => { globalThis.go = resolve; });
}"""
NO_DELETE = (
    """Cache.prototype.delete = async () => { throw new DOMException("no", "UnknownError"); };"""
)
FULL = """Cache.prototype.put = async () => {
  throw new DOMException("full", "QuotaExceededError");
};"""
BROKEN = """async () => {
  const name = "/spare/00000000-0000-4000-8000-000000000000/0/";
  await (await caches.open("spare")).put(name, new Response("x"));
}"""
SLOW_READ = """Cache.prototype.match = async () => {
  const answer = new Response("", { headers: { "Kizuki-Item": "{}" } });
  answer.arrayBuffer = () => new Promise(() => {});
  return answer;
};"""
NO_CACHES = """Object.defineProperty(CacheStorage.prototype, "open", {
  value: async () => { throw new DOMException("no", "SecurityError"); },
});"""


def test_where_copies_cannot_be_kept_the_note_is(away: Page) -> None:
    away.add_init_script(NO_CACHES)
    again(away)
    put(away, "一つだけのもの")
    assert len(items(away)) == 1
    away.unroute(OBSERVATIONS)
    until_arrived(away, 1)


def test_a_place_that_hangs_holds_nothing_up(own: Page, url: str, store: Store) -> None:
    own.add_init_script(HANGING)
    own.goto(f"{url}/notes/new")
    until_registered(own)
    own.locator("#words").fill(TYPED)
    send(own)
    until_arrived(own, 1)
    assert notes(store) == 1


def test_a_place_that_is_slow_has_its_copies_later(away: Page) -> None:
    away.add_init_script(SLOW)
    again(away)
    away.evaluate(WAITING)
    for n in range(2):
        put(away, f"{n}")
    away.evaluate("() => globalThis.go()")
    until(away, HOLDS, 2)


@LONG
def test_what_cannot_be_deleted_whole_stays_and_is_not_said_to_be_gone(away: Page) -> None:
    away.add_init_script(NO_DELETE)
    again(away)
    item = put(away, "まだあるもの")
    with pytest.raises(Error):
        away.evaluate(REMOVE, item["id"])
    assert [one["state"] for one in items(away)] == ["waiting"]


@LONG
def test_a_copy_that_is_no_good_holds_up_no_other_and_is_told(away: Page) -> None:
    away.evaluate(BROKEN)
    for n in range(2):
        put(away, f"{n}")
    away.evaluate(DELETE_DATABASE)
    again(away)
    until(away, WAIT, 2)
    again(away)
    expect(away.locator('[data-bar="lost"]')).to_be_visible()
    until(away, HOLDS, 2)


@LONG
def test_a_copy_that_is_slow_to_read_stays_and_is_not_called_lost(
    away: Page, phone: BrowserContext, url: str, store: Store
) -> None:
    put(away, "読むのに時間のかかるもの")
    away.evaluate(DELETE_DATABASE)
    away.add_init_script(SLOW_READ)
    for _ in range(2):
        with away.expect_console_message(lambda line: "too late" in line.text):
            away.reload()
        until_registered(away)
        expect(away.locator('[data-bar="lost"]')).to_be_hidden()
        assert away.evaluate(HOLDS, 1)
    other = phone.new_page()
    other.goto(f"{url}/settings")
    until_arrived(other, 1)
    assert notes(store) == 1


@LONG
def test_what_had_no_copy_is_said_to_be_lost(away: Page) -> None:
    away.add_init_script(FULL)
    again(away)
    put(away, "失われるもの")
    away.evaluate(DELETE_DATABASE)
    again(away)
    expect(away.locator('[data-bar="lost"]')).to_be_visible()
