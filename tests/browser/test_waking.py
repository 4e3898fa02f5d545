"""A push finds the worker asleep, the page gone or the server silent: it is shown all the same."""

from __future__ import annotations

import json
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.worker import MESSAGE, SEE, Worker

pytestmark = WITH_WORKER

PUSH = json.dumps(MESSAGE)
REPORTED = {"kind": "shown", "code": "mac"}
# The order of what the worker does, with a screen that takes its time.
ORDER = """async (text) => {
  const done = [];
  const screen = Promise.withResolvers();
  const show = ServiceWorkerRegistration.prototype.showNotification;
  const { fetch } = self;
  ServiceWorkerRegistration.prototype.showNotification = () => {
    done.push("shown");
    return screen.promise;
  };
  self.fetch = async (address) => {
    if (String(address).endsWith("/sightings")) done.push("reported");
    return new Response();
  };
  const waits = [];
  const event = new PushEvent("push", { data: text });
  event.waitUntil = (promise) => waits.push(promise);
  self.dispatchEvent(event);
  await new Promise((next) => setTimeout(next));
  done.push("on the screen");
  screen.resolve();
  await Promise.all(waits);
  ServiceWorkerRegistration.prototype.showNotification = show;
  self.fetch = fetch;
  return [done, waits.length];
}"""


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


def _stop(worker: Worker) -> None:
    """Put every worker to sleep, as the browser does after half a minute; wait until it sleeps."""
    asleep: list[dict[str, Any]] = []

    def note(event: dict[str, Any]) -> None:
        asleep.extend(v for v in event["versions"] if v["runningStatus"] == "stopped")

    worker.cdp.on("ServiceWorker.workerVersionUpdated", note)
    worker.cdp.send("ServiceWorker.stopAllWorkers")
    worker.until(lambda: asleep)


def test_a_push_wakes_a_stopped_worker(worker: Worker) -> None:
    _stop(worker)
    worker.push(PUSH)
    assert [shown["title"] for shown in worker.shown()] == ["お返事が届きました"]
    assert worker.sightings(1) == [REPORTED]


def test_a_push_is_shown_where_no_page_is_open(
    worker: Worker, phone: BrowserContext, page: Page
) -> None:
    _stop(worker)
    page.goto("about:blank")
    worker.push(PUSH)
    page.goto(f"{worker.stand.url}/bare/none")
    assert [shown["title"] for shown in worker.shown()] == ["お返事が届きました"]
    assert worker.sightings(1) == [REPORTED]


@LONG
def test_the_notification_comes_first_and_the_report_when_it_stands(worker: Worker) -> None:
    (asleep,) = worker.page.context.service_workers
    done, waits = asleep.evaluate(ORDER, PUSH)
    assert done == ["shown", "on the screen", "reported"]
    assert waits == 1


@LONG
def test_a_push_without_signal_is_shown(worker: Worker, phone: BrowserContext) -> None:
    phone.set_offline(True)
    worker.push(PUSH)
    assert [shown["title"] for shown in worker.shown()] == ["お返事が届きました"]
    phone.set_offline(False)
    assert [body for path, body in worker.stand.posts if path == SEE] == []


def test_a_thread_keeps_one_notification_and_another_thread_has_its_own(worker: Worker) -> None:
    told = MESSAGE["notification"]
    assert isinstance(told, dict)
    given = (("一", "thread-1"), ("二", "thread-2"), ("三", "thread-1"))
    for number, (title, tag) in enumerate(given, 1):
        worker.push(json.dumps(MESSAGE | {"notification": told | {"title": title, "tag": tag}}))
        worker.sightings(number)
    _stop(worker)
    assert sorted(shown["title"] for shown in worker.shown(2)) == ["三", "二"]
