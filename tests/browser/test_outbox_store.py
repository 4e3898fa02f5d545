"""A full, hanging or failing store: what waits is sent all the same, and nothing is kept twice."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page

from models.store import Store
from tests.browser import outbox
from tests.browser.note_town import let_in
from tests.browser.outbox import items, put, sync, until_arrived
from tests.browser.shell_phone import cold, visit
from tests.support.notes import last_thread, notes
from tests.support.waiting import until
from tests.town import Cast

OBSERVATIONS = "**/api/v1/observations"
FULL = """
const { put } = IDBObjectStore.prototype;
IDBObjectStore.prototype.put = function (...given) {
  const request = put.apply(this, given);
  this.transaction.abort();
  return request;
};
"""
"""Nothing can be written any more; what is there can be read and deleted."""
HANGING = """
const { open } = IDBFactory.prototype;
globalThis.hangs = true;
IDBFactory.prototype.open = function (...given) {
  return globalThis.hangs ? {} : open.apply(this, given);
};
const beyond = setTimeout;
globalThis.setTimeout = (act, ms = 0, ...given) =>
  beyond(act, globalThis.hangs && ms === 10_000 ? 50 : ms, ...given);
"""


def test_a_full_phone_still_sends_what_waits(own: Page, url: str, store: Store) -> None:
    put(own, "届いているもの")
    until_arrived(own, 1)
    own.route(OBSERVATIONS, lambda route: route.abort())
    for n in range(2):
        put(own, f"待っているもの{n}")
    sync(own)
    own.add_init_script(FULL)
    own.unroute(OBSERVATIONS)
    own.reload()
    until(lambda: notes(store) == 3)
    sync(own)
    assert [item for item in items(own) if item["state"] == "waiting"] == []


def test_a_store_that_hangs_once_does_not_keep_send_dead(page: Page, url: str) -> None:
    page.add_init_script(HANGING)
    page.goto(f"{url}/notes/new")
    with pytest.raises(Error, match="does not open"):
        put(page, "はじめは保管できないもの")
    page.evaluate("() => { globalThis.hangs = false; }")
    put(page, "こんどは保管できるもの")
    assert len(items(page)) == 1


def test_what_was_called_not_kept_is_not_kept(own: Page) -> None:
    own.context.set_offline(True)
    own.evaluate("""() => {
      const { get } = IDBObjectStore.prototype;
      IDBObjectStore.prototype.get = function (key) {
        if (this.name !== "outbox") return get.call(this, key);
        IDBObjectStore.prototype.get = get;
        throw new DOMException("once", "UnknownErrors");
      };
    }""")
    with pytest.raises(Error, match="not kept"):
        put(own, "読みかえせないもの")
    put(own, "もう一度書いたもの")
    assert len(items(own)) == 1
    own.context.set_offline(False)


def test_copies_are_read_again_only_when_the_server_says_something_new(own: Page) -> None:
    first = put(own, "先のもの")
    until_arrived(own, 1)
    sync(own)
    own.evaluate("""() => {
      globalThis.read = [];
      const { get, getAll } = IDBObjectStore.prototype;
      Object.assign(IDBObjectStore.prototype, {
        get(key) { read.push(key); return get.call(this, key); },
        getAll(...given) { read.push(this.name); return getAll.apply(this, given); },
      });
    }""")
    second = put(own, "あとのもの")
    own.evaluate(outbox.SYNC)
    read: list[Any] = own.evaluate("() => globalThis.read")
    assert second["id"] in read
    assert first["id"] not in read
    assert "outbox" not in read


def test_a_kept_page_leaves_a_note_for_its_writers_next_page(
    page: Page, phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    page.route("**/api/v1/devices", lambda route: route.abort())
    url = url.replace("127.0.0.1", "localhost")
    let_in(phone, url, store, cast.suzuki, app)
    visit(page, f"{url}/notes/new")
    phone.set_offline(True)
    cold(page, f"{url}/notes/new")
    assert page.locator("body").get_attribute("data-me") is None
    put(page, "電波のないところで")
    phone.set_offline(False)
    assert sync(page) == 1
    assert notes(store) == 0
    page.goto(f"{url}/notes/new")
    until_arrived(page, 1)
    with store.read() as session:
        assert last_thread(session).reporter.person_id == cast.suzuki
