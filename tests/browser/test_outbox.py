"""The sealed outbox in a real browser before the real server."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import BrowserContext, Page, Route

from models.canonical import content_hash
from models.keys import KeyRing
from models.observation import Observation
from models.store import Store
from models.town import Town
from tests.browser import outbox
from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.note_town import let_in
from tests.browser.outbox import items, lose_signal, put, sync, until_arrived, until_registered
from tests.conftest import SetClock
from tests.support.notes import notes
from tests.town import Cast

AFTER = uuid.UUID(int=4)
"""The epoch of a server that was set back."""
OBSERVATIONS = "**/api/v1/observations"


def authors(store: Store) -> dict[str, object]:
    """The words of every note with the token of its writer."""
    with store.read() as session:
        found = session.scalars(sa.select(Observation).order_by(Observation.received_at)).all()
        return {str(one.body["words"]): one.thread.reporter.token for one in found}


def count_posts(app: Flask) -> list[str]:
    """The paths of what is posted from now on, by a page or by its worker."""
    posted: list[str] = []
    beyond = app.wsgi_app

    def way(environ: Any, start_response: Any) -> Any:
        if environ["REQUEST_METHOD"] == "POST":
            posted.append(environ["PATH_INFO"])
        return beyond(environ, start_response)

    app.wsgi_app = way  # type: ignore[method-assign]
    return posted


def test_what_the_phone_seals_the_server_opens_under_the_same_hash(
    own: Page, keys: KeyRing
) -> None:
    lose_signal(own)
    item = put(own, '𠮷野さん "\\\u0001\u2028 é', fields={"wish": "\ud800", "not_nearby": True})
    row = own.evaluate(outbox.ENVELOPE, item["id"])
    plain = keys.open_envelope(bytes(row))
    assert len(plain) == 2048
    raw = json.loads(plain)
    assert content_hash(raw) == item["hash"]
    assert (raw["id"], raw["sequence"], raw["not_nearby"]) == (item["id"], "1", True)
    own.context.set_offline(False)


def test_a_note_arrives_under_its_author_signed_in_or_not_and_its_copy_stays(
    own: Page, store: Store, cast: Cast, keys: KeyRing
) -> None:
    put(own, "朝刊がたまっています。")
    assert sync(own) == 0
    (item,) = items(own)
    assert (item["state"], item["acceptance"]["id"]) == ("arrived", item["id"])
    own.context.clear_cookies()
    put(own, "サインインが終わったあとのもの")
    assert sync(own) == 0
    suzuki = keys.reporter_token(cast.suzuki)
    told = ("朝刊がたまっています。", "サインインが終わったあとのもの")
    assert authors(store) == dict.fromkeys(told, suzuki)


@LONG
@pytest.mark.parametrize("kind", ["application/problem+json", "text/html"])
def test_a_registration_that_is_refused_is_read_to_its_end_and_tried_again(
    page: Page, url: str, cast: Cast, store: Store, app: Flask, kind: str
) -> None:
    let_in(page.context, url, store, cast.suzuki, app)
    page.add_init_script("""const beyond = fetch;
      globalThis.fetch = async (...asked) => {
        const answer = await beyond(...asked);
        if (asked[0] === "/api/v1/devices") globalThis.refused = answer;
        return answer;
      };""")
    refuse = {"status": 403, "content_type": kind, "body": "null"}
    page.route("**/api/v1/devices", lambda route: route.fulfill(**refuse), times=1)
    page.goto(f"{url}/settings")
    page.wait_for_function("() => globalThis.refused?.bodyUsed")
    put(page, "書いたもの")
    until_registered(page)
    assert sync(page) == 0


def test_whoever_is_signed_in_meanwhile_a_note_stays_its_writers(
    own: Page, url: str, cast: Cast, store: Store, app: Flask, keys: KeyRing
) -> None:
    lose_signal(own)
    put(own, "鈴木が書いたもの")
    own.context.set_offline(False)
    own.context.clear_cookies()
    let_in(own.context, url, store, cast.nakamura, app)
    own.goto(f"{url}/settings")
    until_arrived(own, 1)
    until_registered(own)
    put(own, "中村が書いたもの")
    sync(own)
    own.context.clear_cookies()
    own.goto(f"{url}/notes/new")
    put(own, "だれでもない人が書いたもの")
    sync(own)
    assert authors(store) == {
        "鈴木が書いたもの": keys.reporter_token(cast.suzuki),
        "中村が書いたもの": keys.reporter_token(cast.nakamura),
        "だれでもない人が書いたもの": None,
    }


def test_no_answer_but_its_acceptance_takes_a_note_off_the_phone(own: Page, store: Store) -> None:
    told: dict[str, Any] = {}

    def answer(route: Route) -> None:
        made = {"headers": {"Location": "/"}, "body": "{}"} | told
        if "wrong" in made:
            route.fulfill(status=200, json=route.fetch().json() | {made["wrong"]: ""})
        else:
            route.fulfill(**made)

    own.route(OBSERVATIONS, answer)
    portal = {"status": 200, "content_type": "text/html", "body": "<h1>Wi-Fi</h1>"}
    statuses = [{"status": code} for code in (301, 403, 409, 413, 422, 429, 500, 502)]
    wrong = [{"wrong": name} for name in ("id", "hash", "epoch", "state", "received_at")]
    for told in (*statuses, {"status": 204, "body": ""}, portal, *wrong):
        item = put(own, f"消えないもの：{told}")
        sync(own)
        (kept,) = [one for one in items(own) if one["id"] == item["id"]]
        assert (kept["state"], kept["tries"] > 0) == ("waiting", True), told


def test_a_note_that_cannot_pass_does_not_hold_up_those_behind_it(own: Page, store: Store) -> None:
    lose_signal(own)
    first = put(own, "通れないもの")
    for n in range(3):
        put(own, f"通れるもの{n}")
    held = bytes(own.evaluate(outbox.ENVELOPE, first["id"]))

    def answer(route: Route) -> None:
        if route.request.post_data_buffer == held:
            route.fulfill(status=413, body="")
        else:
            route.continue_()

    own.route(OBSERVATIONS, answer)
    own.context.set_offline(False)
    until_arrived(own, 3)
    assert list(authors(store)) == ["通れるもの0", "通れるもの1", "通れるもの2"]
    assert [item["state"] for item in items(own)] == ["waiting"] + ["arrived"] * 3


def test_a_repeat_is_taken_once_where_its_answer_was_lost(own: Page, store: Store) -> None:
    def swallow(route: Route) -> None:
        route.fetch()
        route.abort()

    own.route(OBSERVATIONS, swallow, times=1)
    put(own, "一度だけ")
    until_arrived(own, 1)
    assert notes(store) == 1


@WITH_WORKER
def test_two_tabs_and_the_worker_at_once_send_each_note_once_and_in_order(
    own: Page, phone: BrowserContext, store: Store, url: str, app: Flask
) -> None:
    posted = count_posts(app)
    other = phone.new_page()
    other.goto(f"{url}/settings")
    until_registered(other)
    own.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    lose_signal(own)
    for n in range(6):
        put(own if n % 2 else other, f"{n}番目")
    own.context.set_offline(False)
    phone.service_workers[0].evaluate(
        "() => self.dispatchEvent(new SyncEvent('sync', { tag: 'kizuki-outbox' }))"
    )
    until_arrived(own, 6)
    assert list(authors(store)) == [f"{n}番目" for n in range(6)]
    assert posted.count("/api/v1/observations") == 6


def test_another_epoch_makes_the_phone_offer_everything_again(own: Page, store: Store) -> None:
    item = put(own, "戻される前のもの")
    assert sync(own) == 0
    first = bytes(own.evaluate(outbox.ENVELOPE, item["id"]))
    with store.write() as session:
        session.scalars(sa.select(Town)).one().epoch = AFTER
    with own.expect_request_finished(
        lambda asked: asked.url.endswith("/observations") and asked.post_data_buffer == first
    ):
        put(own, "戻された後のもの")
    until_arrived(own, 2)
    assert notes(store) == 2
    assert {item["epoch"] for item in items(own)} == {str(AFTER)}


@LONG
def test_a_copy_goes_once_a_backup_holds_it(own: Page, store: Store, clock: SetClock) -> None:
    put(own, "控えのあるもの")
    assert sync(own) == 0
    with store.write() as session:
        session.scalars(sa.select(Town)).one().backup_watermark = clock.forward(minutes=1)
    clock.forward(minutes=1)
    put(own, "控えのまだないもの")
    assert sync(own) == 0
    assert [item["sequence"] for item in items(own)] == ["2"]


OLDER_STORE = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("kizuki", 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore("keys");
    const drafts = request.result.createObjectStore("drafts");
    drafts.put({ at: Date.now(), of: "1", owner: "nobody" }, "nobody note");
  };
  request.onsuccess = () => resolve(request.result.close());
  request.onerror = () => reject(request.error);
})"""
LATER_STORE = """() => new Promise((resolve, reject) => {
  const request = indexedDB.open("kizuki", 9);
  request.onupgradeneeded = () => request.result.createObjectStore("later");
  request.onsuccess = () => resolve(request.result.close());
  request.onerror = () => reject(request.error);
})"""


@LONG
def test_a_store_of_another_version_is_gone_on_with_and_never_begun_anew(
    page: Page, url: str
) -> None:
    page.goto(f"{url}/offline")
    page.evaluate(OLDER_STORE)
    page.route(OBSERVATIONS, lambda route: route.abort())
    page.goto(f"{url}/notes/new")
    put(page, "いまの版で")
    draft = page.evaluate(
        f"async () => (await {outbox.MODULE % 'store'}).get('drafts', 'nobody note')"
    )
    assert draft["of"] == "1"
    page.evaluate(LATER_STORE)
    put(page, "先の版のあとで")
    assert [item["sequence"] for item in items(page)] == ["1", "2"]
