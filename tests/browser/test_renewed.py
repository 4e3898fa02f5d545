"""What stands open of one's own notes is shown anew after a push, and nothing typed is lost."""

from __future__ import annotations

import uuid

import pytest
from playwright.sync_api import Browser, Page, expect

from models.handoff import RELEASE
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.outbox import MODULE, until, until_whole
from tests.browser.worker import ACTIVATED
from tests.conftest import SetClock
from tests.support.notes import last_thread
from tests.town import Cast

pytestmark = WITH_WORKER

ANSWER = "包括の者がうかがいます。"
PUSH = """async () => {
  registration.showNotification = async () => {};
  const waits = [];
  const event = new PushEvent("push", { data: '{"notification": {"title": "x"}}' });
  event.waitUntil = (promise) => waits.push(promise);
  self.dispatchEvent(event);
  await Promise.all(waits);
}"""
TOLD = """() => navigator.serviceWorker.addEventListener("message", ({ data }) => {
  globalThis.told = data;
})"""
LOOK = f"async (of) => {{ await (await {MODULE % 'renew'}).default(of); }}"
HIDE = """(isHidden) => {
  Object.defineProperty(document, "hidden", { get: () => isHidden, configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}"""


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture
def note_id(store: Store, cast: Cast, clock: SetClock) -> uuid.UUID:
    """The thread of a note of Suzuki's that waits for its answer."""
    with store.write() as session:
        words = {"words": "雨戸が閉まったままです。"}
        return town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi, **words).thread_id


def answer(store: Store, clock: SetClock, by: uuid.UUID, thread_id: uuid.UUID) -> None:
    with store.write() as session:
        handoff = session.get_one(Thread, thread_id).handoff
        handoff.acknowledge(session.get_one(Person, by), Said("check", ANSWER), clock.now)
    clock.now += RELEASE


def stand_open(page: Page, address: str) -> None:
    """A page that its worker may speak to."""
    page.goto(address)
    hear(page)


def hear(page: Page) -> None:
    until_whole(page)
    page.evaluate(ACTIVATED)
    page.evaluate(TOLD)


def push(page: Page) -> None:
    """A push comes, and the page has heard of it."""
    page.context.service_workers[0].evaluate(PUSH)
    page.wait_for_function("() => globalThis.told === 'pushed'")


def test_an_open_list_shows_the_answer_that_a_push_told_of(
    own: Page, url: str, note_id: uuid.UUID, store: Store, cast: Cast, clock: SetClock
) -> None:
    stand_open(own, f"{url}/notes")
    answer(store, clock, cast.okada, note_id)
    with own.expect_navigation():
        own.context.service_workers[0].evaluate(PUSH)
    expect(own.locator(".note--new")).to_have_count(1)
    until_whole(own)
    # Once is enough.
    assert own.evaluate("() => globalThis.told") is None


@LONG
def test_an_open_thread_waits_for_whoever_is_to_read_it(
    own: Page, url: str, note_id: uuid.UUID, store: Store, cast: Cast, clock: SetClock
) -> None:
    stand_open(own, f"{url}/notes/{note_id}")
    answer(store, clock, cast.okada, note_id)
    push(own)
    own.evaluate(LOOK, "thread")
    with store.read() as session:
        last = session.get_one(Thread, note_id).replies[-1]
        assert last.inbox is not None
        assert last.inbox.read_at is None
    own.evaluate(HIDE, True)
    with own.expect_navigation():
        own.evaluate(HIDE, False)
    expect(own.get_by_text(ANSWER)).to_be_visible()


def test_what_is_being_typed_is_never_lost_to_a_push(
    own: Page, url: str, note_id: uuid.UUID, store: Store, cast: Cast, clock: SetClock
) -> None:
    stand_open(own, f"{url}/notes/{note_id}")
    added = own.get_by_label("変わったことや")
    own.locator("#add summary").click()
    added.fill("先週の")
    answer(store, clock, cast.okada, note_id)
    push(own)
    own.mouse.move(5, 5)
    own.evaluate(HIDE, False)
    own.evaluate(LOOK, "list")
    expect(added).to_have_value("先週の")
    added.fill("")
    with own.expect_navigation():
        own.mouse.move(9, 9)
    expect(own.get_by_text(ANSWER)).to_be_visible()


@LONG
def test_without_a_server_the_open_page_stays(own: Page, url: str, note_id: uuid.UUID) -> None:
    stand_open(own, f"{url}/notes/{note_id}")
    own.route("**/healthz", lambda route: route.abort())
    push(own)
    with own.expect_request("**/healthz"):
        own.mouse.move(5, 5)
    own.context.set_offline(True)
    until(own, f"async () => (await {MODULE % 'store'}) && globalThis.told === 'pushed'")
    expect(own.get_by_role("heading", level=1)).to_be_visible()
    own.context.set_offline(False)


@LONG
def test_a_thread_that_a_code_opened_is_opened_by_it_again(
    page: Page, url: str, cast: Cast, store: Store, clock: SetClock
) -> None:
    page.goto(f"{url}/notes/new")
    until_whole(page)
    made = page.locator('input[name="receipt"]').input_value()
    page.get_by_label("どこのことですか").fill("北町")
    page.locator("#words").fill("新聞がたまっています。")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text("届きました", exact=True)).to_be_visible()
    page.goto(f"{url}/receipts")
    page.get_by_role("textbox", name="控え番号").fill(made)
    page.get_by_role("button", name="お返事を読む").click()
    page.get_by_text("新聞がたまっています。").wait_for()
    hear(page)
    with store.read() as session:
        thread_id = last_thread(session).id
    answer(store, clock, cast.okada, thread_id)
    push(page)
    with page.expect_navigation():
        page.mouse.move(5, 5)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page).to_have_url(f"{url}/receipts")
