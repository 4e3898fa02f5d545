"""A weak line, portals, lost answers: words go first and in their order, and are tried again."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, Route

from models.store import Store
from models.thread import Thread
from tests.browser.conftest import LONG
from tests.browser.outbox import (
    MODULE,
    items,
    lose_signal,
    put,
    sync,
    until_arrived,
    until_registered,
)
from tests.support.notes import notes

OBSERVATIONS = "**/api/v1/observations"
LARGE = 100_000
PART = {"photo": "p", "part": "1", "parts": "2", "data": "x" * LARGE}
HASTE = """
const beyond = setTimeout;
const hasty = (ms) => (ms > 40_000 ? ms / 50 : ms > 15_000 ? ms / 10 : ms);
globalThis.setTimeout = (act, ms = 0, ...given) => beyond(act, hasty(ms), ...given);
"""
"""The long waits of a phone are short, but for those for its store."""
PUT_OFF = f"""async (id) => (await {MODULE % "store"}).change("outbox", id,
  (item) => ({{ ...item, tries: 20, notBefore: Date.now() + 3_000_000 }}))"""
WAIT = f"""async (id) => {{
  const {{ notBefore }} = await (await {MODULE % "store"}).get("outbox", id);
  return (notBefore - Date.now()) / 1000;
}}"""
PORTAL = {"status": 200, "content_type": "text/html", "body": "<h1>Wi-Fi</h1>"}


@pytest.fixture
def own(page: Page, own: Page) -> Page:
    """The same page in a hurry, from its next loading on."""
    page.add_init_script(HASTE)
    own.reload()
    until_registered(own)
    return own


def states(page: Page) -> list[tuple[str, str]]:
    return [(item["kind"], item["state"]) for item in items(page)]


def test_on_a_weak_line_every_word_goes_before_any_picture(own: Page) -> None:
    told: list[tuple[bool, str]] = []

    def answer(route: Route) -> None:
        is_large = len(route.request.post_data_buffer or b"") > LARGE
        told.append((is_large, route.request.headers["kizuki-waiting"]))
        if not is_large:
            route.continue_()

    own.route(OBSERVATIONS, answer)
    lose_signal(own)
    first = put(own, "写真のあるもの")
    for _ in range(2):
        put(own, "", kind="photo", note=first["id"], fields=PART)
    put(own, "写真のあとのもの")
    own.context.set_offline(False)
    until_arrived(own, 2)
    sync(own)
    assert told[:3] == [(False, "3"), (False, "2"), (True, "1")]
    assert states(own) == [
        *[("note", "arrived"), ("photo", "waiting"), ("photo", "waiting")],
        ("note", "arrived"),
    ]


@LONG
def test_a_larger_body_is_given_more_time(own: Page) -> None:
    waits = own.evaluate(f"""async () => {{
      const {{ post }} = await {MODULE % "post"};
      const waits = [];
      const beyond = setTimeout;
      globalThis.setTimeout = (act, ms, ...more) => {{
        if (ms >= 20_000) waits.push(ms);
        return beyond(act, ms, ...more);
      }};
      for (const size of [0, 128 * 1024]) await post("/closed", {{ body: new Uint8Array(size) }});
      return waits;
    }}""")
    # What the page says to the server meanwhile is small.
    assert (waits[0], max(waits)) == (20_000, 20_000 + 65_536)


def test_what_is_said_after_a_note_never_overtakes_it(own: Page, store: Store) -> None:
    sizes: list[bytes] = []

    def busy(route: Route) -> None:
        sizes.append(route.request.post_data_buffer or b"")
        route.fulfill(status=503, body="")

    lose_signal(own)
    note = put(own, "先のもの")
    put(own, "あとから", kind="addition", note=note["id"])
    own.route(OBSERVATIONS, busy)
    own.context.set_offline(False)
    for _ in range(3):
        sync(own)
    assert sizes
    assert len(set(sizes)) == 1
    own.unroute(OBSERVATIONS)
    own.evaluate("() => dispatchEvent(new Event('online'))")
    until_arrived(own, 2)
    with store.read() as session:
        assert session.query(Thread).count() == 1


def test_pictures_wait_for_their_note(own: Page) -> None:
    told: list[bool] = []

    def busy(route: Route) -> None:
        told.append(len(route.request.post_data_buffer or b"") > LARGE)
        route.fulfill(status=503, body="")

    lose_signal(own)
    note = put(own, "写真のあるもの")
    put(own, "", kind="photo", note=note["id"], fields=PART)
    own.route(OBSERVATIONS, busy)
    own.context.set_offline(False)
    own.evaluate("() => dispatchEvent(new Event('online'))")
    sync(own)
    assert set(told) == {False}
    own.unroute(OBSERVATIONS)
    own.evaluate("() => dispatchEvent(new Event('online'))")
    until_arrived(own, 2)


HINDERED_ONCE = """() => {
  const { request } = LockManager.prototype;
  LockManager.prototype.request = async () => {
    LockManager.prototype.request = request;
    globalThis.isHindered = true;
    throw new DOMException("once", "UnknownError");
  };
}"""


def test_a_round_that_fails_is_tried_again_without_another_event(own: Page) -> None:
    sync(own)
    own.evaluate(HINDERED_ONCE)
    put(own, "一度つまずいたもの")
    until_arrived(own, 1)
    assert own.evaluate("() => globalThis.isHindered")
    # Nor does the page call that an error of its own.
    own.evaluate(HINDERED_ONCE)
    own.evaluate("() => { globalThis.isHindered = false; dispatchEvent(new Event('online')); }")
    own.wait_for_function("() => globalThis.isHindered")
    sync(own)


@LONG
def test_each_failure_doubles_the_wait_which_no_two_phones_share(own: Page) -> None:
    own.route(OBSERVATIONS, lambda route: route.fulfill(status=500, body=""))
    waits = own.evaluate(
        f"""async (fields) => {{
          const at = Date.now();
          Date.now = () => at;
          const outbox = await {MODULE % "outbox"};
          const {{ sync, syncNow }} = await {MODULE % "sync"};
          await sync();
          outbox.whenPut(() => {{}});
          const waits = [];
          for (const dice of [0.9, 0.9, 0.9, 0.2]) {{
            Math.random = () => dice;
            if (!waits.length) await outbox.put({{ fields }});
            await syncNow();
            const [{{ notBefore }}] = await outbox.unsent();
            waits.push(notBefore - at);
          }}
          return waits;
        }}""",
        {"words": "三度ことわられるもの", "language": "ja"},
    )
    assert waits == [900, 1800, 3600, 1600]


@LONG
def test_a_new_chance_ignores_what_was_put_off_for_a_portal(own: Page) -> None:
    own.evaluate("() => { Math.random = () => 0.9; }")
    own.route(OBSERVATIONS, lambda route: route.fulfill(**PORTAL))
    note = put(own, "入口の前で")
    sync(own)
    own.evaluate(PUT_OFF, note["id"])
    with own.expect_response(OBSERVATIONS):
        own.evaluate("() => dispatchEvent(new Event('online'))")
    sync(own)
    assert 0 < own.evaluate(WAIT, note["id"]) <= 60
    own.unroute(OBSERVATIONS)
    own.evaluate(PUT_OFF, note["id"])
    own.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    until_arrived(own, 1)


@LONG
def test_our_server_is_given_the_time_it_asks_for(own: Page) -> None:
    posted: list[Any] = []

    def later(route: Route) -> None:
        posted.append(route)
        route.fulfill(status=503, headers={"Retry-After": "600", "Kizuki-Epoch": "e"}, body="{}")

    own.route(OBSERVATIONS, later)
    note = put(own, "あとで、と言われたもの")
    sync(own)
    own.evaluate("() => dispatchEvent(new Event('online'))")
    sync(own)
    assert len(posted) == 1
    assert 500 < own.evaluate(WAIT, note["id"]) <= 600


@LONG
@pytest.mark.parametrize("event", ["online", "visibilitychange"])
def test_nobody_else_holds_a_note_for_long_nor_from_a_new_chance(own: Page, event: str) -> None:
    asks = {"Retry-After": "21600"}
    own.route(OBSERVATIONS, lambda route: route.fulfill(status=503, headers=asks, body="{}"))
    note = put(own, "入口が待てと言ったもの")
    sync(own)
    assert own.evaluate(WAIT, note["id"]) <= 60
    own.unroute(OBSERVATIONS)
    own.evaluate(PUT_OFF, note["id"])
    own.evaluate("(event) => document.dispatchEvent(new Event(event, { bubbles: true }))", event)
    until_arrived(own, 1)


@LONG
def test_without_signal_the_page_looks_once_a_minute(own: Page) -> None:
    sync(own)
    lose_signal(own)
    put(own, "電波を待つもの")
    sync(own)
    waits = own.evaluate(f"""async () => {{
      const waits = [];
      const beyond = setTimeout;
      globalThis.setTimeout = (act, ms, ...more) => {{
        if (String(act).includes("sync()")) waits.push(ms);
        return beyond(act, ms, ...more);
      }};
      await (await {MODULE % "sync"}).sync();
      return waits;
    }}""")
    own.context.set_offline(False)
    assert len(waits) == 1
    assert 59_000 < waits[0] <= 60_000
    until_arrived(own, 1)


def test_deleting_waits_for_what_is_on_its_way_and_looks_again(own: Page, store: Store) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    own.route(OBSERVATIONS, hold)
    with own.expect_request(OBSERVATIONS):
        note = put(own, "送っているとちゅうのもの")
    own.evaluate(
        f"""async (id) => {{
          const {{ remove }} = await {MODULE % "outbox"};
          globalThis.removed = remove(id).then((was) => ({{ was }}));
        }}""",
        note["id"],
    )
    held[0].continue_()
    assert own.evaluate("() => globalThis.removed") == {"was": False}
    assert (states(own), notes(store)) == ([("note", "arrived")], 1)
    own.unroute(OBSERVATIONS)
    lose_signal(own)
    other = put(own, "まだのもの")
    gone = own.evaluate(f"async (id) => (await {MODULE % 'outbox'}).remove(id)", other["id"])
    own.context.set_offline(False)
    assert (gone, len(items(own))) == (True, 1)
