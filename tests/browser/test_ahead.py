"""What is made before Send: an envelope for one item, and a count that needs no list."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page

from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.outbox import FIELDS, MODULE, items, lose_signal, put, sync, until_arrived
from tests.support.notes import notes

POINT = slice(5, 70)
PREPARE = f"async () => {{ await (await {MODULE % 'item'}).prepare(); }}"
PUT_AT_ONCE = f"""async ([fields, number]) => {{
  const {{ put }} = await {MODULE % "outbox"};
  await Promise.all(Array.from({{ length: number }}, () => put({{ fields }})));
}}"""
ENVELOPES = f"""async () => {{
  const all = await (await {MODULE % "store"}).all("outbox");
  return all.map(([, {{ envelope }}]) => Array.from(envelope));
}}"""
OTHER_KEY = f"""async () => {{
  const curve = {{ name: "ECDH", namedCurve: "P-256" }};
  const pair = await crypto.subtle.generateKey(curve, true, ["deriveBits"]);
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey));
  const point = btoa(String.fromCharCode(...raw));
  await (await {MODULE % "store"}).put("settings", "key", {{ id: 77, point, info: "other" }});
}}"""
TWICE = f"""async (key) => {{
  const close = await (await {MODULE % "seal"}).envelope(key);
  await close(new Uint8Array(8));
  return close(new Uint8Array(8)).then(() => "taken", ({{ message }}) => message);
}}"""
SECOND_VERSION = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("kizuki", 2);
  request.onupgradeneeded = () => {
    const made = ["keys", "drafts", "outbox", "device", "titles", "settings"].map((name) =>
      request.result.createObjectStore(name));
    made[2].put({ id: "a", kind: "note", sequence: "1", state: "waiting", shown: {} }, "a");
    made[2].put({ id: "b", kind: "note", sequence: "2", state: "arrived", shown: {} }, "b");
  };
  request.onsuccess = () => resolve(request.result.close());
  request.onerror = () => reject(request.error);
})"""
WAITING = f"async () => (await {MODULE % 'outbox'}).waiting()"


@pytest.fixture
def own(own: Page) -> Page:
    """With nothing left to send."""
    assert sync(own) == 0
    return own


def envelopes(page: Page) -> list[Any]:
    found: list[Any] = page.evaluate(ENVELOPES)
    return found


def test_an_envelope_made_ahead_is_used_for_one_item_alone(own: Page, store: Store) -> None:
    lose_signal(own)
    own.evaluate(PREPARE)
    own.evaluate(PUT_AT_ONCE, [FIELDS | {"words": "同時に"}, 3])
    put(own, "そのあとで")
    assert len({bytes(one[POINT]) for one in envelopes(own)}) == 4
    own.context.set_offline(False)
    until_arrived(own, 4)
    assert notes(store) == 4


def test_an_envelope_refuses_a_second_filling(own: Page, url: str) -> None:
    key = own.request.get(f"{url}/api/v1/key").json()
    assert own.evaluate(TWICE, key) == "an envelope is used once"


@LONG
def test_a_key_that_changed_meanwhile_makes_another_envelope(own: Page) -> None:
    lose_signal(own)
    own.evaluate(PREPARE)
    own.evaluate(OTHER_KEY)
    put(own, "新しい鍵で")
    assert [bytes(one[1:5]) for one in envelopes(own)] == [(77).to_bytes(4, "big")]


@LONG
def test_what_an_earlier_version_kept_is_counted(page: Page, url: str) -> None:
    page.goto(f"{url}/offline")
    page.evaluate(SECOND_VERSION)
    page.goto(f"{url}/settings")
    assert page.evaluate(WAITING) == 1
    assert [item["id"] for item in items(page)] == ["a", "b"]
