"""A line that stalls or lies, a part of the page that does not come: the rest goes on."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from models.store import Store
from tests.browser import test_note_kept
from tests.browser.conftest import LONG, PHONE, WITH_WORKER
from tests.browser.note_town import let_in
from tests.browser.outbox import lose_signal, put, sync, until_arrived
from tests.browser.shell_phone import visit
from tests.browser.stand import Stand
from tests.browser.test_drafts import IS_KEPT, READ, kill, open_form, wait_until
from tests.browser.test_note_kept import FAULTS, TYPED, heading, send
from tests.browser.test_outbox_store import OBSERVATIONS
from tests.support.notes import notes
from tests.support.waiting import until
from tests.town import Cast

NOT_KEPT = "この電話には保管できません"
SIZE = f"async () => (await ({READ})()).sealed.byteLength"
NEVER_READY = """Object.defineProperty(ServiceWorkerContainer.prototype, "ready", {
  get: () => new Promise(() => {}),
});"""
HANGING = "IDBFactory.prototype.open = () => ({});"


def abort(route: Route) -> None:
    route.abort()


def test_words_are_saved_while_the_bars_do_not_come(phone: BrowserContext, stand: Stand) -> None:
    killed = phone.new_page()
    killed.route("**/bars.js", lambda _route: None)
    killed.goto(f"{stand.url}/form")
    expect(killed.locator("html")).to_have_attribute("data-ready", "")
    killed.locator("#words").press_sequentially("あ")
    wait_until(killed, IS_KEPT)
    size = killed.evaluate(SIZE)
    killed.locator("#words").press_sequentially("いう")
    wait_until(killed, f"async () => (await ({SIZE})()) === {size + len('いう'.encode())}")
    kill(killed)
    again = phone.new_page()
    open_form(again, stand)
    expect(again.locator("#words")).to_have_value("あいう")


@LONG
def test_a_behaviour_that_does_not_come_takes_no_other_with_it(
    phone: BrowserContext, stand: Stand
) -> None:
    page = phone.new_page()
    page.route("**/autosave.js", abort)
    open_form(page, stand)
    page.locator("input[value=cry]").check()
    expect(page.locator("[data-call-first]").get_by_role("link", name="189")).to_be_visible()


@LONG
def test_a_behaviour_that_waits_for_ever_does_not_keep_the_page_from_sending(
    own: Page, url: str, store: Store
) -> None:
    own.route(OBSERVATIONS, abort)
    put(own, "待っているもの")
    own.add_init_script(NEVER_READY)
    own.unroute(OBSERVATIONS)
    own.goto(f"{url}/settings")
    until(lambda: notes(store) == 1)


def test_where_the_signal_goes_before_the_page_stands_send_says_so_and_it_comes_alive_again(
    page: Page, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    let_in(page.context, url, store, cast.suzuki, app)
    # As in browsers that remember by its address what did not come.
    page.route("**/phone.js", abort)
    with page.expect_request_finished(lambda asked: asked.url.endswith("/autosave.js")):
        page.goto(f"{url}/notes/new")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.context.set_offline(True)
    page.locator("#words").fill(TYPED)
    send(page)
    expect(page.get_by_text(NOT_KEPT)).to_be_visible()
    for claim in page.locator("[data-claims-kept]").all():
        assert claim.get_attribute("hidden") is not None
    expect(page.locator("#words")).to_have_value(TYPED)
    page.context.set_offline(False)
    expect(page.locator("#photos")).to_be_visible()
    send(page)
    heading(page, "教えてくれて、ありがとうございます")
    assert notes(store) == 1


@LONG
def test_a_form_that_is_posted_shows_that_there_is_no_signal_by_itself(
    page: Page, stand: Stand
) -> None:
    page.route("**/phone.js", abort)
    open_form(page, stand)
    page.context.set_offline(True)
    page.get_by_role("button", name="もう一度送る").click()
    expect(page.locator('[data-bar="offline"]')).to_be_visible()
    page.context.set_offline(False)


@LONG
def test_where_nothing_is_kept_and_the_browser_only_believes_in_a_signal_the_words_stay(
    phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    page = phone.new_page()
    page.add_init_script(FAULTS["no database"])
    let_in(phone, url, store, cast.suzuki, app)
    page.goto(f"{url}/notes/new")
    page.wait_for_selector("html[data-ready]")
    page.locator("#words").fill(TYPED)
    page.wait_for_load_state("networkidle")
    page.route("**/*", abort)
    send(page)
    for true in (NOT_KEPT, "この画面を閉じないでください"):
        expect(page.get_by_text(true)).to_be_visible()
    expect(page.locator("#words")).to_have_value(TYPED)
    page.unroute("**/*")
    send(page)
    page.wait_for_url("**/sent")
    assert notes(store) == 1


@LONG
@WITH_WORKER
def test_send_on_a_kept_form_waits_for_no_store(
    page: Page, phone: BrowserContext, url: str
) -> None:
    url = url.replace("127.0.0.1", "localhost")
    visit(page, f"{url}/notes/new")
    phone.set_offline(True)
    page.add_init_script(HANGING)
    page.goto(f"{url}/notes/new")
    page.locator("#words").fill(TYPED)
    page.wait_for_function("""() => performance.getEntriesByType("resource")
      .some(({ name }) => name.endsWith("/shell-form.js"))""")
    send(page)
    expect(page.get_by_text(NOT_KEPT)).to_be_visible()
    expect(page.locator("#words")).to_have_value(TYPED)
    phone.set_offline(False)


def test_without_a_service_worker_the_page_sends_alone(
    browser: Browser, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    context = browser.new_context(viewport=PHONE, locale="ja-JP", service_workers="block")
    page = context.new_page()
    let_in(context, url, store, cast.suzuki, app)
    test_note_kept.open_form(page, f"{url}/notes/new")
    lose_signal(page)
    put(page, "ひとりで")
    assert (notes(store), page.evaluate("() => navigator.serviceWorker.controller")) == (0, None)
    context.set_offline(False)
    until_arrived(page, 1)
    assert (notes(store), sync(page)) == (1, 0)
    context.close()
