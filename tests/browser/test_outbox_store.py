"""A full, hanging or failing store: what waits is sent all the same, and nothing is kept twice."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Error, Page, expect

from models.store import Store
from tests.browser import outbox
from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.note_town import let_in
from tests.browser.outbox import (
    MODULE,
    items,
    lose_signal,
    put,
    sync,
    until_arrived,
    until_registered,
    until_whole,
)
from tests.browser.shell_phone import cold, visit
from tests.browser.test_note_kept import TYPED, heading, open_form, send
from tests.support.notes import last_thread, notes
from tests.support.waiting import until
from tests.town import Cast

OBSERVATIONS = "**/api/v1/observations"
FULL = """
for (const name of ["add", "put"]) {
  const write = IDBObjectStore.prototype[name];
  IDBObjectStore.prototype[name] = function (...given) {
    const request = write.apply(this, given);
    this.transaction.abort();
    return request;
  };
}
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


@LONG
def test_a_store_that_hangs_once_does_not_keep_send_dead(page: Page, url: str) -> None:
    page.add_init_script(HANGING)
    page.goto(f"{url}/notes/new")
    with pytest.raises(Error, match="does not open"):
        put(page, "はじめは保管できないもの")
    page.evaluate("() => { globalThis.hangs = false; }")
    # Whoever asked before may still wait for what hangs.
    opens = f"async () => (await {MODULE % 'outbox'}).waiting().then(() => true, () => false)"
    outbox.until(page, opens)
    put(page, "こんどは保管できるもの")
    assert len(items(page)) == 1


SILENT = """
const { transaction } = IDBDatabase.prototype;
IDBDatabase.prototype.transaction = function (...given) {
  if (!globalThis.isSilent) return transaction.apply(this, given);
  const store = new Proxy({}, { get: () => () => ({}) });
  return { objectStore: () => store, abort() {} };
};
const beyond = setTimeout;
globalThis.setTimeout = (act, ms = 0, ...given) =>
  beyond(act, globalThis.isSilent && ms === 15_000 ? 50 : ms, ...given);
"""


def test_a_store_that_stops_answering_does_not_keep_send_dead(page: Page, url: str) -> None:
    page.add_init_script(SILENT)
    open_form(page, f"{url}/notes/new")
    page.locator("#place").fill("北町")
    page.locator("#words").fill(TYPED)
    lose_signal(page)
    page.evaluate("() => { globalThis.isSilent = true; }")
    send(page)
    expect(page.locator('[data-bar="no-store"]')).to_be_visible()
    page.evaluate("() => { globalThis.isSilent = false; }")
    send(page)
    heading(page, "この電話に保管しました")
    expect(page.locator('[data-bar="no-store"]')).to_be_hidden()
    assert len(items(page)) == 1
    page.context.set_offline(False)


def test_what_fails_halfway_leaves_nothing_behind(own: Page) -> None:
    found = own.evaluate(f"""async () => {{
      const store = await {MODULE % "store"};
      const {{ across }} = await {MODULE % "rows"};
      const halfway = (settings) => {{
        settings.put("half", "halfway");
        throw new Error("halfway");
      }};
      const said = await across(["settings"], halfway).catch(({{ message }}) => message);
      return [said, await store.get("settings", "halfway")];
    }}""")
    assert found == ["halfway", None]


@LONG
def test_a_connection_that_was_lost_is_opened_again(own: Page) -> None:
    lose_signal(own)
    lost = own.evaluate(
        f"""async (fields) => {{
          const outbox = await {MODULE % "outbox"};
          const {{ transaction }} = IDBDatabase.prototype;
          let lost = 0;
          IDBDatabase.prototype.transaction = function (...given) {{
            IDBDatabase.prototype.transaction = transaction;
            lost += 1;
            throw new DOMException("the connection is closing", "InvalidStateError");
          }};
          await outbox.put({{ fields }});
          return lost;
        }}""",
        {"words": "切れたあとで保管したもの", "language": "ja"},
    )
    assert (lost, len(items(own))) == (1, 1)
    own.context.set_offline(False)


def test_what_is_kept_is_written_to_the_disk_before_it_is_called_kept(own: Page) -> None:
    lose_signal(own)
    own.evaluate("""() => {
      globalThis.asked = [];
      const { transaction } = IDBDatabase.prototype;
      IDBDatabase.prototype.transaction = function (names, mode, { durability }) {
        globalThis.asked.push([[names].flat().join(), mode, durability]);
        return transaction.call(this, names, mode, { durability });
      };
    }""")
    put(own, "電池が切れても残るもの")
    assert ["outbox", "readwrite", "strict"] in own.evaluate("() => globalThis.asked")
    own.context.set_offline(False)


@LONG
def test_where_there_are_no_backups_a_copy_stays_for_thirty_days_of_the_servers(own: Page) -> None:
    days = {put(own, f"{n}日前に届いたもの")["id"]: n for n in (29, 31)}
    until_arrived(own, 2)
    sync(own)
    for item, n in days.items():
        own.evaluate(RECEIVED_BEFORE, [item, n])
    own.add_init_script(TEN_YEARS_AHEAD)
    own.reload()
    put(own, "いま届いたもの")
    until(lambda: [item["sequence"] for item in items(own)] == ["1", "3"])


RECEIVED_BEFORE = f"""async ([id, days]) => {{
  const received_at = new Date(Date.now() - days * 24 * 3600e3).toISOString();
  return (await {MODULE % "store"}).change("outbox", id, (item) =>
    ({{ ...item, acceptance: {{ ...item.acceptance, received_at }} }}));
}}"""
TEN_YEARS_AHEAD = """const now = Date.now;
  Date.now = () => now() + 3650 * 24 * 3600e3;"""


def test_two_tabs_without_locks_send_each_note_once(
    phone: BrowserContext, page: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    phone.add_init_script("""
      Object.defineProperty(Navigator.prototype, "locks", { value: undefined });
    """)
    let_in(phone, url, store, cast.suzuki, app)
    other = phone.new_page()
    for one in (page, other):
        one.goto(f"{url}/settings")
        until_registered(one)
        until_whole(one)
    phone.set_offline(True)
    for n in range(4):
        put(page if n % 2 else other, f"{n}番目")
    phone.set_offline(False)
    until_arrived(page, 4)
    assert (sync(page), sync(other)) == (0, 0)
    assert (notes(store), len(items(page))) == (4, 4)


def test_what_was_called_not_kept_is_not_kept(own: Page) -> None:
    lose_signal(own)
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


@LONG
def test_copies_are_read_again_only_when_the_server_says_something_new(own: Page) -> None:
    first = put(own, "先のもの")
    until_arrived(own, 1)
    sync(own)
    own.evaluate("""() => {
      globalThis.read = [];
      const { get, openCursor } = IDBObjectStore.prototype;
      Object.assign(IDBObjectStore.prototype, {
        get(key) { read.push(key); return get.call(this, key); },
        openCursor(...given) { read.push(this.name); return openCursor.apply(this, given); },
      });
      for (const { prototype } of [IDBObjectStore, IDBIndex]) {
        const { getAll } = prototype;
        prototype.getAll = function (...given) {
          read.push((this.objectStore ?? this).name);
          return getAll.apply(this, given);
        };
      }
      const cursorOf = IDBIndex.prototype.openCursor;
      IDBIndex.prototype.openCursor = function (state) {
        read.push(state);
        return cursorOf.call(this, state);
      };
    }""")
    second = put(own, "あとのもの")
    own.evaluate(outbox.SYNC)
    read: list[Any] = own.evaluate("() => globalThis.read")
    assert {second["id"], "waiting"} <= set(read)
    assert not {first["id"], "arrived", "outbox"} & set(read)


@LONG
@WITH_WORKER
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
