"""The service worker: every push is shown and reported, and nothing personal is kept."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.outbox import MODULE, put
from tests.browser.stand import Stand
from tests.browser.worker import MESSAGE, Worker

pytestmark = WITH_WORKER


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


def test_a_push_is_shown_and_reported_with_its_own_code(worker: Worker) -> None:
    worker.push(json.dumps(MESSAGE))
    (shown,) = worker.shown()
    assert (shown["title"], shown["body"]) == ("お返事が届きました", "ひらくと読めます。")
    assert worker.sightings(1) == [{"kind": "shown", "code": "mac"}]


def test_a_newer_word_of_the_same_thread_takes_the_place_of_the_older(worker: Worker) -> None:
    worker.push(json.dumps(MESSAGE))
    worker.sightings(1)
    newer = MESSAGE["notification"] | {"title": "確認をお願いします"}  # type: ignore[operator]
    worker.push(json.dumps(MESSAGE | {"notification": newer}))
    worker.sightings(2)
    assert [shown["title"] for shown in worker.shown()] == ["確認をお願いします"]


@pytest.mark.parametrize("data", ["", "not JSON", "{}", '{"notification": {"body": "x"}}'])
def test_a_push_that_cannot_be_read_is_shown_all_the_same(worker: Worker, data: str) -> None:
    worker.push(data)
    (shown,) = worker.shown()
    assert (shown["title"], shown["body"]) == ("お知らせ", "新しいお知らせがあります")


DUE = f"""async (id) => {{
  await (await {MODULE % "sync"}).sync();
  await (await {MODULE % "store"}).change("outbox", id, (item) => ({{ ...item, notBefore: 0 }}));
}}"""


def happens(worker: Worker, script: str) -> Any:
    """Run a script in the worker, where `happens(event)` lets an event come and be dealt with."""
    happens = """const happens = async (event, more = {}) => {
      const waits = [];
      Object.assign(event, more).waitUntil = (promise) => waits.push(promise);
      self.dispatchEvent(event);
      await Promise.allSettled(waits);
    };"""
    return worker.page.context.service_workers[0].evaluate(f"async () => {{ {happens} {script} }}")


def test_a_report_never_leaves_this_site(worker: Worker) -> None:
    asked = happens(
        worker,
        """const asked = [];
      self.fetch = async (address) => { asked.push(String(address)); return new Response(); };
      for (const see of ["https://example.org/x", "//example.org/x", "/api/v1/x"]) {
        const notification = { title: "x", data: { see, code: "mac" } };
        await happens(new PushEvent("push", { data: JSON.stringify({ notification }) }));
      }
      return asked.filter((address) => address.endsWith("/x"));""",
    )
    assert asked == ["/api/v1/x"]


@LONG
def test_a_report_is_made_again_until_our_server_took_it(
    worker: Worker,
) -> None:
    asked = happens(
        worker,
        """const asked = [];
      self.fetch = async (address, { body } = {}) => {
        if (body) asked.push([address, body]);
        if (asked.length < 2) throw new TypeError("no signal");
        if (asked.length < 3) return new Response("<h1>Wi-Fi</h1>");
        const headers = { "Kizuki-Epoch": "e" };
        return new Response("{}", { status: asked.length < 4 ? 503 : 404, headers });
      };
      const notification = { title: "x", data: { see: "/api/v1/x", code: "mac" } };
      await happens(new PushEvent("push", { data: JSON.stringify({ notification }) }));
      for (let i = 0; i < 6; i += 1) await happens(new SyncEvent("sync", { tag: "kizuki-outbox" }));
      return asked;""",
    )
    assert asked == [["/api/v1/x", '{"kind":"shown","code":"mac"}']] * 4


def test_a_push_sets_a_badge_that_counts_nothing(worker: Worker) -> None:
    asked = happens(
        worker,
        """const asked = [];
      navigator.setAppBadge = async (...count) => asked.push(count);
      const data = JSON.stringify({ notification: { title: "x" } });
      await happens(new PushEvent("push", { data }));
      return asked;""",
    )
    assert asked == [[]]


def test_a_tap_closes_it_opens_its_address_and_reports(worker: Worker) -> None:
    notification = MESSAGE["notification"] | {"navigate": f"{worker.stand.url}/d/x1"}  # type: ignore[operator]
    worker.push(json.dumps(MESSAGE | {"notification": notification}))
    worker.shown()
    opened = happens(
        worker,
        """const opened = [];
      self.clients.openWindow = async (address) => opened.push(address);
      const [notification] = await registration.getNotifications();
      await happens(new NotificationEvent("notificationclick", { notification }));
      return [opened, (await registration.getNotifications()).length];""",
    )
    assert opened == [[f"{worker.stand.url}/d/x1"], 0]
    assert worker.sightings(2)[-1] == {"kind": "opened", "code": "mac"}


def test_a_tap_sends_what_waits(worker: Worker, page: Page) -> None:
    item = put(page, "お知らせを開くまで待ったもの")
    page.evaluate(DUE, item["id"])
    asked = happens(
        worker,
        """const asked = [];
      self.fetch = async (address) => {
        asked.push(String(address));
        return new Response("{}", { status: 503 });
      };
      self.clients.openWindow = async () => {};
      await registration.showNotification("x", { data: { navigate: "/" } });
      const [notification] = await registration.getNotifications();
      await happens(new NotificationEvent("notificationclick", { notification }));
      return asked;""",
    )
    assert "/api/v1/observations" in asked


@LONG
def test_an_address_of_another_site_is_never_opened(worker: Worker) -> None:
    notification = MESSAGE["notification"] | {"navigate": "https://example.org/x"}  # type: ignore[operator]
    worker.push(json.dumps(MESSAGE | {"notification": notification}))
    worker.shown()
    opened = happens(
        worker,
        """const opened = [];
      self.clients.openWindow = async (address) => opened.push(address);
      const [notification] = await registration.getNotifications();
      await happens(new NotificationEvent("notificationclick", { notification }));
      return opened;""",
    )
    assert opened == [worker.stand.url]


@pytest.mark.parametrize("contact", [True, None])
def test_a_push_of_an_ended_sign_in_makes_contact_for_every_key(
    worker: Worker, page: Page, contact: bool | None
) -> None:
    page.evaluate(f"""async () => {{
      const device = await {MODULE % "device"};
      const {{ owner }} = await device.own();
      const store = await {MODULE % "store"};
      const toldAt = Date.now();
      await store.change("device", owner, (kept) => ({{ ...kept, id: "k", toldAt }}));
      await store.put("settings", "contact", {{ at: toldAt }});
    }}""")
    data = {"see": "/api/v1/x", "code": "mac"} | ({"contact": True} if contact else {})
    notification = json.dumps({"notification": {"title": "x", "data": data}})
    asked = happens(
        worker,
        f"""const asked = [];
      const headers = {{ "Kizuki-Epoch": "e" }};
      self.fetch = async (address) => {{
        asked.push(String(address));
        return new Response("{{}}", {{ headers }});
      }};
      await happens(new PushEvent("push", {{ data: {json.dumps(notification)} }}));
      return asked;""",
    )
    assert ("/api/v1/devices/k/contacts" in asked) is bool(contact)


def test_without_signal_the_numbers_to_call_are_there(
    worker: Worker, phone: BrowserContext, page: Page
) -> None:
    phone.set_offline(True)
    page.goto(f"{worker.stand.url}/form")
    for number in ("119", "110", "189"):
        expect(page.locator(f'a[href="tel:{number}"]').first).to_be_visible()
    expect(page.locator("h1")).to_have_css("font-weight", "700")
    phone.set_offline(False)


def test_only_assets_and_the_page_for_no_signal_are_kept(worker: Worker, page: Page) -> None:
    page.goto(f"{worker.stand.url}/form")
    kept = page.evaluate("""async () => {
      const kept = [];
      for (const name of await caches.keys()) {
        const cache = await caches.open(name);
        kept.push(...(await cache.keys()).map((request) => new URL(request.url).pathname));
      }
      return kept;
    }""")
    assert "/offline" in kept
    assert [path for path in kept if not path.startswith(("/assets/", "/offline"))] == []


@pytest.mark.parametrize(
    ("last", "kept"), [("1", ["1"]), (None, ["1", "2", "3"])], ids=["known", "unknown"]
)
def test_of_other_trees_that_of_the_worker_before_is_kept(
    worker: Worker, page: Page, stand: Stand, last: str | None, kept: list[str]
) -> None:
    now = f"assets-{stand.app.extensions['assets'].hash}"
    page.evaluate(f"async (tree) => (await {MODULE % 'store'}).put('settings', 'tree', tree)", last)
    names = happens(
        worker,
        f"""await caches.delete("{now}");
      for (const name of ["assets-1", "assets-2", "assets-3", "other"]) await caches.open(name);
      await happens(new ExtendableEvent("install"));
      await happens(new ExtendableEvent("activate"));
      return caches.keys();""",
    )
    assets = [name for name in names if not name.startswith(("shell-", "spare"))]
    assert assets == [*(f"assets-{one}" for one in kept), "other", now]


def test_a_changed_subscription_is_renewed_and_told_to_open_pages(
    worker: Worker, page: Page
) -> None:
    page.reload()
    page.evaluate("""() => navigator.serviceWorker.addEventListener("message", ({ data }) => {
      globalThis.told = data;
    })""")
    asked = happens(
        worker,
        """const asked = [];
      registration.pushManager.subscribe = async (options) => asked.push(options);
      const options = { userVisibleOnly: true, applicationServerKey: "k" };
      const event = new ExtendableEvent("pushsubscriptionchange");
      await happens(event, { oldSubscription: { options } });
      return asked;""",
    )
    assert asked == [{"userVisibleOnly": True, "applicationServerKey": "k"}]
    page.wait_for_function("() => globalThis.told === 'push-changed'")


@LONG
def test_a_page_that_names_no_worker_asks_for_none(page: Page, stand: Stand) -> None:
    page.goto(f"{stand.url}/sheet")
    asked = page.evaluate("""async () => {
      const asked = [];
      navigator.serviceWorker.register = async (worker) => asked.push(String(worker));
      const main = document.querySelector("script[type=module]").src;
      const phone = await import(main.replace("main.js", "phone.js"));
      await phone.default(document.body.dataset);
      return asked;
    }""")
    assert asked == []
