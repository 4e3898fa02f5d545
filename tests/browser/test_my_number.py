"""A number that may be a My Number: asked about with the text there, and one tap goes on."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from models.words import LOCALES
from tests import town
from tests.browser.conftest import LONG, PHONE
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.outbox import items, lose_signal, until_arrived, until_registered
from tests.conftest import SetClock
from tests.support.notes import last_thread, notes
from tests.support.waiting import until
from tests.town import Cast

NUMBER = "控えは ⑫34 ５６７８ 9018 です"
MASKED = "控えは ●●● ●●●● ●●●● です"


def body(store: Store) -> dict[str, object]:
    with store.read() as session:
        return dict(last_thread(session).observation.body)


def last_said(store: Store, thread_id: uuid.UUID) -> str:
    with store.read() as session:
        return session.get_one(Thread, thread_id).replies[-1].said.words


def form(phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask) -> Page:
    let_in(phone, url, store, cast.suzuki, app)
    page = phone.new_page()
    page.goto(f"{url}/notes/new")
    until_registered(page)
    return page


def test_one_tap_masks_it_where_it_stands_and_in_what_is_sealed(
    phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    page = form(phone, url, store, cast, app)
    lose_signal(page)
    page.locator("#words").fill(NUMBER)
    page.get_by_text("もう少しくわしく").click()
    page.locator("#wish").fill(NUMBER)
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_role("alert").filter(has_text="マイナンバーかもしれない")).to_be_focused()
    expect(page.locator("#words")).to_have_value(NUMBER)
    assert items(page) == []
    # Something else is missing, too: what is masked is to be seen.
    page.get_by_label("電話でもよい").check()
    page.locator("#telephone").fill("なし")
    mask = page.get_by_role("button", name="番号を●にして送る")
    page.get_by_role("alert").filter(has_text="マイナンバー").focus()
    for _ in range(3):
        page.keyboard.press("Tab")
    expect(mask).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert").filter(has_text="市外局番から")).to_be_focused()
    expect(mask).to_be_hidden()
    for field in ("#words", "#wish"):
        expect(page.locator(field)).to_have_value(MASKED)
    page.locator("#telephone").fill("0590000001")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_role("heading", level=1, name="この電話に保管しました")).to_be_visible()
    phone.set_offline(False)
    until_arrived(page, 1)
    assert (body(store)["words"], body(store)["wish"]) == (MASKED, MASKED)


@pytest.mark.parametrize("locale", LOCALES)
def test_the_question_is_clean_and_one_tap_sends(
    phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask, locale: str
) -> None:
    phone.add_cookies([{"name": "kizuki_language", "value": locale, "url": url}])
    page = form(phone, url, store, cast, app)
    page.locator("#words").fill(NUMBER)
    page.locator(".sendbar button").click()
    look(page, f"my_number_{locale}")
    page.locator("[name=numbers]").click()
    until_arrived(page, 1)
    assert body(store)["words"] == MASKED


@LONG
def test_an_answer_goes_on_masked(
    phone: BrowserContext, url: str, store: Store, cast: Cast, clock: SetClock, app: Flask
) -> None:
    with store.write() as session:
        note = town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi)
        okada = session.get_one(Person, cast.okada)
        note.acknowledge(okada, Said("check"), clock.now)
        note.ask(okada, Said(words="最後に会ったのは、いつですか。"), clock.now)
        thread_id = note.thread_id
    let_in(phone, url, store, cast.suzuki, app)
    page = phone.new_page()
    page.goto(f"{url}/notes/{thread_id}")
    until_registered(page)
    page.locator("#words").fill(NUMBER)
    page.get_by_role("button", name="答えを送る").click()
    expect(page.get_by_role("alert").filter(has_text="マイナンバーかもしれない")).to_be_focused()
    page.get_by_role("button", name="番号を●にして送る").click()
    # At the server: the page shows its thread anew as soon as it has arrived.
    until(lambda: last_said(store, thread_id) == MASKED)


NO_SCRIPT = "**/note.js"
NO_STORE = "IDBFactory.prototype.open = () => { throw new DOMException('no'); };"


@pytest.mark.parametrize("fault", [NO_SCRIPT, NO_STORE], ids=["no script", "no store"])
def test_where_nothing_can_be_kept_one_tap_goes_on_too(
    phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask, fault: str
) -> None:
    let_in(phone, url, store, cast.suzuki, app)
    page = phone.new_page()
    if fault == NO_STORE:
        page.add_init_script(fault)
    else:
        page.route(fault, lambda route: route.abort())
    before = notes(store)
    page.goto(f"{url}/notes/new")
    page.wait_for_selector("html[data-ready]")
    page.locator("#words").fill(NUMBER)
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_role("alert").filter(has_text="マイナンバーかもしれない")).to_be_visible()
    page.wait_for_selector("html[data-ready]")
    expect(page.locator("#words")).to_have_value(NUMBER)
    assert notes(store) == before
    page.get_by_role("button", name="番号を●にして送る").click()
    page.wait_for_url("**/sent")
    assert body(store)["words"] == MASKED


@pytest.fixture
def plain(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=PHONE, locale="ja-JP", java_script_enabled=False)
    yield context.new_page()
    context.close()


@LONG
def test_without_javascript_the_button_goes_on_and_enter_asks_again(
    plain: Page, url: str, store: Store, cast: Cast
) -> None:
    before = notes(store)
    plain.goto(f"{url}/notes/new")
    plain.locator("#place").fill("北町")
    plain.locator("#words").fill(NUMBER)
    plain.get_by_role("button", name="窓口に送る").click()
    mask = plain.get_by_role("button", name="番号を●にして送る")
    expect(mask).to_be_visible()
    plain.locator(".where summary").click()
    with plain.expect_navigation():
        plain.locator("#place").press("Enter")
    expect(mask).to_be_visible()
    assert notes(store) == before
    mask.click()
    expect(plain.get_by_role("heading", name="教えてくれて")).to_be_visible()
    assert body(store)["words"] == MASKED
