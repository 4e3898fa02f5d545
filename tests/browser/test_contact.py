"""What a phone tells of itself: which numbers will not come, and how much of whose still waits."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Error, Page, Request, Route

from models.phone import Phone
from models.store import Store
from models.town import Town
from models.town_time import hour_of
from tests.browser.conftest import LONG
from tests.browser.outbox import MODULE, lose_signal, put, sync, until_arrived
from tests.browser.test_lost_phone import key_of, nakamura_writes
from tests.browser.test_outbox import AFTER, count_posts
from tests.conftest import SetClock
from tests.town import Cast

CONTACT_NOW = f"""async () => {{
  await (await {MODULE % "device"}).owe();
  await (await {MODULE % "sync"}).sync();
}}"""
HELD_WHILE_SIGNED = f"""async (fields) => {{
  const {{ sign }} = SubtleCrypto.prototype;
  const held = new Promise((resolve) => {{ globalThis.release = resolve; }});
  SubtleCrypto.prototype.sign = async function (...given) {{
    SubtleCrypto.prototype.sign = sign;
    globalThis.isHeld = true;
    await held;
    return sign.apply(this, given);
  }};
  const {{ put }} = await {MODULE % "outbox"};
  globalThis.kept = put({{ fields }});
}}"""
FULL_ONCE = """() => {
  const { add } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.add = function (...given) {
    IDBObjectStore.prototype.add = add;
    const request = add.apply(this, given);
    this.transaction.abort();
    return request;
  };
}"""
LATER = """(minutes) => {
  const now = Date.now;
  Date.now = () => now() + minutes * 60_000;
}"""


def contacts(page: Page) -> list[dict[str, Any]]:
    """What is told in every contact from now on, and under which key."""
    told: list[dict[str, Any]] = []

    def note(asked: Request) -> None:
        *_, key, last = asked.url.split("/")
        if last == "contacts":
            told.append({"key": key, **asked.post_data_json})

    page.on("request", note)
    return told


def missing(store: Store, key: str) -> tuple[int, str]:
    with store.read() as session:
        phone = session.get_one(Phone, uuid.UUID(key))
        return phone.sequence, phone.missing


def test_a_deletion_is_told_at_once_and_with_the_item(own: Page, store: Store) -> None:
    sync(own)
    lose_signal(own)
    note = put(own, "やめたもの")
    put(own, "送るもの")
    both = own.evaluate(
        f"""async (id) => {{
          const asked = [];
          const {{ transaction }} = IDBDatabase.prototype;
          IDBDatabase.prototype.transaction = function (names, mode, ...more) {{
            if (mode === "readwrite") asked.push([names].flat().join());
            return transaction.call(this, names, mode, ...more);
          }};
          await (await {MODULE % "outbox"}).remove(id);
          return asked;
        }}""",
        note["id"],
    )
    assert "outbox,device" in both
    assert "outbox" not in both
    own.context.set_offline(False)
    until_arrived(own, 1)
    sync(own)
    assert missing(store, key_of(own)) == (2, "")


@LONG
def test_what_is_owed_while_a_contact_is_under_way_is_told_after_it(own: Page) -> None:
    owe = f"async () => (await {MODULE % 'device'}).owe()"
    sync(own)
    told = contacts(own)
    held: list[Route] = []

    def hold_the_first(route: Route) -> None:
        held.append(route)
        if len(held) > 1:
            route.continue_()

    own.route("**/contacts", hold_the_first)
    own.evaluate(owe)
    with own.expect_request("**/contacts"):
        own.evaluate(f"async () => {{ (await {MODULE % 'sync'}).sync(); }}")
    own.evaluate(owe)
    held[0].continue_()
    sync(own)
    sync(own)
    assert len(told) == 2


def test_only_our_servers_answer_is_a_contact(own: Page, store: Store, clock: SetClock) -> None:
    sync(own)
    portal: dict[str, Any] = {"status": 200, "content_type": "text/html", "body": "<h1>Wi-Fi</h1>"}
    forget = f"async () => (await {MODULE % 'store'}).remove('settings', 'contact')"
    for answer in ("**/api/v1/key", "**/contacts"):
        own.evaluate(forget)
        own.evaluate(f"async () => (await {MODULE % 'device'}).owe()")
        own.route(answer, lambda route: route.fulfill(**portal))
        sync(own)
        own.unroute(answer)
        now = clock.forward(hours=1)
        sync(own)
        with store.read() as session:
            assert session.get_one(Phone, uuid.UUID(key_of(own))).heard_at == hour_of(now)


@LONG
def test_the_items_are_looked_at_after_the_numbers(own: Page) -> None:
    sync(own)
    read = own.evaluate(f"""async () => {{
      const read = [];
      for (const name of ["getAll", "openCursor"]) {{
        const beyond = IDBObjectStore.prototype[name];
        IDBObjectStore.prototype[name] = function (...given) {{
          read.push(this.name);
          return beyond.apply(this, given);
        }};
      }}
      await (await {MODULE % "device"}).owe();
      read.length = 0;
      await (await {MODULE % "sync"}).sync();
      return read;
    }}""")
    assert read == ["device", "outbox"]


@LONG
def test_a_number_whose_note_is_still_being_sealed_is_not_told_as_deleted(own: Page) -> None:
    sync(own)
    own.evaluate(HELD_WHILE_SIGNED, {"words": "封をしているところのもの", "language": "ja"})
    own.wait_for_function("() => globalThis.isHeld")
    told = contacts(own)
    for _ in range(2):
        own.evaluate(CONTACT_NOW)
    assert [one["deleted"] for one in told] == [[], []]
    own.evaluate("() => { globalThis.release(); return globalThis.kept; }")


@LONG
def test_a_number_that_never_was_kept_is_told_once_nothing_can_still_be_sealing(
    own: Page, store: Store
) -> None:
    sync(own)
    own.evaluate(FULL_ONCE)
    with pytest.raises(Error, match="not kept"):
        put(own, "保管できなかったもの")
    put(own, "保管できたもの")
    until_arrived(own, 1)
    told = contacts(own)
    own.evaluate(CONTACT_NOW)
    own.evaluate(LATER, 11)
    sync(own)
    assert [one["deleted"] for one in told] == [[], [1]]
    assert missing(store, key_of(own)) == (2, "")


@LONG
def test_what_one_has_waiting_is_not_told_under_anothers_key(
    own: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    suzuki = key_of(own)
    nakamura_writes(own, url, store, cast, app)
    sync(own)
    told = contacts(own)
    own.evaluate(CONTACT_NOW)
    assert [one["waiting"] for one in sorted(told, key=lambda one: one["key"] != suzuki)] == [0, 1]


@LONG
def test_a_phone_without_a_key_hears_of_another_epoch(
    page: Page, url: str, store: Store, app: Flask
) -> None:
    page.goto(f"{url}/notes/new")
    put(page, "だれでもない人のもの")
    until_arrived(page, 1)
    sync(page)
    posted = count_posts(app)
    with store.write() as session:
        session.scalars(sa.select(Town)).one().epoch = AFTER
    page.evaluate(f"async () => (await {MODULE % 'store'}).remove('settings', 'contact')")
    sync(page)
    until_arrived(page, 1)
    assert posted.count("/api/v1/observations") == 1
