"""The service worker: every push is shown and reported, and nothing personal is kept."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.stand import Stand
from tests.browser.worker import MESSAGE, Worker


def test_a_push_is_shown_and_reported_with_its_own_code(worker: Worker) -> None:
    worker.push(json.dumps(MESSAGE))
    (shown,) = worker.shown()
    assert (shown["title"], shown["body"]) == ("お返事が届きました", "ひらくと読めます。")
    assert worker.sightings(1) == [{"kind": "shown", "code": "mac"}]


def test_a_newer_word_of_the_same_thread_takes_the_place_of_the_older(worker: Worker) -> None:
    worker.push(json.dumps(MESSAGE))
    newer = MESSAGE["notification"] | {"title": "確認をお願いします"}  # type: ignore[operator]
    worker.push(json.dumps(MESSAGE | {"notification": newer}))
    worker.sightings(2)
    assert [shown["title"] for shown in worker.shown()] == ["確認をお願いします"]


@pytest.mark.parametrize("data", ["", "not JSON", "{}", '{"notification": {"body": "x"}}'])
def test_a_push_that_cannot_be_read_is_shown_all_the_same(worker: Worker, data: str) -> None:
    worker.push(data)
    (shown,) = worker.shown()
    assert (shown["title"], shown["body"]) == ("お知らせ", "新しいお知らせがあります")


def test_a_report_never_leaves_this_site(worker: Worker) -> None:
    asked = worker.page.context.service_workers[0].evaluate("""async () => {
      const asked = [];
      self.fetch = async (address) => asked.push(String(address));
      for (const address of ["https://example.org/x", "//example.org/x", "/api/v1/x"]) {
        await see({ see: address, code: "mac" }, "shown");
      }
      return asked;
    }""")
    assert asked == [f"{worker.stand.url}/api/v1/x"]


def test_a_tap_closes_it_opens_its_address_and_reports(worker: Worker) -> None:
    notification = MESSAGE["notification"] | {"navigate": f"{worker.stand.url}/d/x1"}  # type: ignore[operator]
    worker.push(json.dumps(MESSAGE | {"notification": notification}))
    worker.shown()
    opened = worker.page.context.service_workers[0].evaluate("""async () => {
      const [notification] = await registration.getNotifications();
      const opened = [];
      self.clients.openWindow = async (address) => opened.push(address);
      const waits = [];
      const event = new NotificationEvent("notificationclick", { notification });
      event.waitUntil = (promise) => waits.push(promise);
      self.dispatchEvent(event);
      await Promise.all(waits);
      return [opened, (await registration.getNotifications()).length];
    }""")
    assert opened == [[f"{worker.stand.url}/d/x1"], 0]
    assert worker.sightings(2)[-1] == {"kind": "opened", "code": "mac"}


def test_an_address_of_another_site_is_never_opened(worker: Worker) -> None:
    opened = worker.page.context.service_workers[0].evaluate("""async () => {
      const opened = [];
      self.clients.openWindow = async (address) => opened.push(address);
      await open("https://example.org/x");
      return opened;
    }""")
    assert opened == [worker.stand.url]


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


def test_the_two_latest_asset_trees_are_kept(worker: Worker, page: Page) -> None:
    names = page.context.service_workers[0].evaluate("""async () => {
      const now = PREFIX + KIZUKI.tree;
      await caches.delete(now);
      for (const name of ["assets-1", "assets-2", "assets-3", "other"]) await caches.open(name);
      await keepTree();
      await dropOldTrees();
      return (await caches.keys()).map((name) => (name === now ? "now" : name));
    }""")
    assert names == ["assets-3", "other", "now"]


def test_a_changed_subscription_is_renewed_and_told_to_open_pages(
    worker: Worker, page: Page
) -> None:
    page.reload()
    page.evaluate("""() => navigator.serviceWorker.addEventListener("message", ({ data }) => {
      globalThis.told = data;
    })""")
    asked = page.context.service_workers[0].evaluate("""async () => {
      const asked = [];
      registration.pushManager.subscribe = async (options) => asked.push(options);
      const options = { userVisibleOnly: true, applicationServerKey: "k" };
      await subscribeAgain({ oldSubscription: { options } });
      return asked;
    }""")
    assert asked == [{"userVisibleOnly": True, "applicationServerKey": "k"}]
    page.wait_for_function("() => globalThis.told === 'push-changed'")


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
