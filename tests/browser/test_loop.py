"""The whole loop, in Japanese: a worry noted on a phone becomes an answer on that phone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, expect

from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.handoff import Handoff, State
from models.settings import Settings
from models.store import Store
from tests.browser.conftest import DESK, WITH_WORKER
from tests.browser.note_town import let_in
from tests.browser.sending import TO_LOOPBACK, send_owed
from tests.conftest import SetClock
from tests.support.push_peer import Phone, PushPeer
from tests.town import Cast

pytestmark = WITH_WORKER

# Chromium's own push service is out of reach: the subscription is the peer's, with real keys.
SUBSCRIBED = """
const given = %s;
let on = false;
const made = (key) => ({
  endpoint: given.endpoint,
  options: { applicationServerKey: key },
  toJSON: () => ({ ...given, expirationTime: null }),
  unsubscribe: async () => { on = false; return true; },
});
PushManager.prototype.getSubscription = async () => on ? made(on) : null;
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  on = Uint8Array.from(applicationServerKey).buffer;
  return made(on);
};
Notification.requestPermission = async () => "granted";
"""


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture
def settings() -> Settings:
    return TO_LOOPBACK


@pytest.fixture
def peer(clock: SetClock) -> Iterator[PushPeer]:
    with PushPeer() as peer:
        peer.clock = clock
        yield peer


@pytest.fixture
def desk(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(viewport=DESK, locale="ja-JP")
    yield context
    context.close()


def _registration(page: Page, cdp: CDPSession) -> str:
    """The id under which the browser knows this site's service worker."""
    found: list[dict[str, Any]] = []
    cdp.on("ServiceWorker.workerRegistrationUpdated", lambda e: found.extend(e["registrations"]))
    cdp.send("ServiceWorker.enable")
    page.evaluate("() => navigator.serviceWorker.ready.then(() => true)")
    while not found:
        page.evaluate("() => new Promise(requestAnimationFrame)")
    return str(found[0]["registrationId"])


def _note(page: Page, url: str) -> None:
    page.goto(f"{url}/notes/new")
    page.wait_for_selector("html[data-ready]")
    page.get_by_label("最近見かけない").check()
    page.get_by_label("ようすを、あなたの言葉で").fill("三日前から朝刊が抜かれていません。")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text("北の相談室", exact=False).first).to_be_visible()
    page.get_by_role("button", name="お知らせを受け取る").click()
    expect(
        page.get_by_role("paragraph").filter(has_text="この電話に、お知らせが届きます")
    ).to_be_visible()


def _acknowledge(page: Page, url: str) -> None:
    page.goto(f"{url}/desk")
    expect(page.get_by_text("三日前から朝刊が抜かれていません。")).to_be_visible()
    page.get_by_role("button", name="受け止める", exact=True).first.click()
    expect(page.get_by_text("受け止めました").first).to_be_visible()


def _shown(page: Page) -> list[dict[str, str]]:
    script = """async () => {
      const worker = await navigator.serviceWorker.ready;
      return (await worker.getNotifications()).map((n) => ({ title: n.title, body: n.body }));
    }"""
    shown: list[dict[str, str]] = []
    while not shown:
        shown = page.evaluate(script)
    return shown


def test_a_worry_noted_on_a_phone_becomes_an_answer_on_that_phone(
    page: Page,
    phone: BrowserContext,
    desk: BrowserContext,
    url: str,
    app: Flask,
    cast: Cast,
    store: Store,
    peer: PushPeer,
    clock: SetClock,
) -> None:
    let_in(phone, url, store, cast.suzuki, app)
    let_in(desk, url, store, cast.okada, app)
    handset: Phone = peer.phone()
    phone.grant_permissions(["notifications"], origin=url)
    page.add_init_script(SUBSCRIBED % json.dumps(handset.subscription))
    _note(page, url)
    _acknowledge(desk.new_page(), url)

    clock.forward(seconds=30)
    send_owed(app, url)
    (post,) = peer.accepted(handset)
    assert "朝刊" not in post.plain.decode()

    cdp = phone.new_cdp_session(page)
    push = {"origin": url, "registrationId": _registration(page, cdp), "data": post.plain.decode()}
    cdp.send("ServiceWorker.deliverPushMessage", push)
    assert _shown(page) == [
        {
            "title": post.message["notification"]["title"],
            "body": post.message["notification"]["body"],
        }
    ]
    assert post.message["notification"]["title"] == "お返事が届きました"

    page.goto(post.message["notification"]["navigate"])
    expect(page.get_by_text("受け止めました", exact=False).first).to_be_visible()
    expect(page.get_by_text("教えてくれて", exact=False).first).to_be_visible()
    with store.read() as session:
        handoff = session.scalars(sa.select(Handoff)).one()
        answer = sa.select(Delivery).where(Delivery.kind == DeliveryKind.REPLY)
        assert handoff.state is State.RECEIVED
        assert session.scalars(answer).one().state is DeliveryState.OPENED
