"""What is begun in a thread survives as what is begun in a note does."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import BrowserContext, Page, expect

from models import hearing
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests.browser.conftest import LONG
from tests.browser.note_town import NoteTown, let_in
from tests.browser.outbox import items, put, until_arrived
from tests.browser.test_drafts import IS_GONE, IS_KEPT, ROWS, kill, wait_until
from tests.browser.test_note_kept import FAULTS
from tests.conftest import SetClock
from tests.town import Cast

ANSWER = "先週の金曜に、ごみ置き場で会いました。"
PLACE = "北町2丁目"
REMEMBERED = """() => [...document.querySelectorAll("main input:not([type=hidden]), main textarea")]
  .filter((field) => field.autocomplete !== "off").map((field) => field.id)"""
"""The fields that the browser may write into its files."""


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


@pytest.fixture
def thread(phone: BrowserContext, url: str, store: Store, app: Flask, note_town: NoteTown) -> str:
    """The address of a thread of Suzuki's in which the desk has asked something."""
    let_in(phone, url, store, note_town.cast.suzuki, app)
    return f"{url}/notes/{note_town.asked}"


def opened(page: Page, address: str) -> Page:
    page.goto(address)
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    return page


def test_an_answer_and_an_addition_survive_a_killed_tab_and_go_once(
    phone: BrowserContext, page: Page, thread: str
) -> None:
    killed = opened(phone.new_page(), thread)
    killed.locator("#words").fill(ANSWER)
    wait_until(killed, IS_KEPT)
    kill(killed)
    killed = opened(phone.new_page(), thread)
    expect(killed.locator("#words")).to_have_value(ANSWER)
    killed.locator("#add summary").click()
    killed.locator("#right_place").fill(PLACE)
    assert killed.evaluate(REMEMBERED) == []
    wait_until(killed, f"async () => (await ({ROWS})()).length === 2")
    begun = killed.locator("form:has(#words) input[name=id]").input_value()
    kill(killed)
    opened(page, thread)
    expect(page.locator("#right_place")).to_have_value(PLACE)
    expect(page.locator("#right_place")).to_be_visible()
    expect(page.get_by_text("書きかけを残してあります").first).to_be_visible()
    page.get_by_role("button", name="答えを送る").click()
    expect(page.get_by_role("status").get_by_text("この電話に保管しました")).to_be_visible()
    assert [item["id"] for item in items(page)] == [begun]
    until_arrived(page, 1)
    expect(page.locator("#right_place")).to_have_value(PLACE)
    opened(page, thread)
    expect(page.get_by_text(ANSWER)).to_be_visible()
    expect(page.locator("#right_place")).to_have_value(PLACE)
    page.locator("#right_place").fill("")
    wait_until(page, IS_GONE)


@LONG
def test_a_tab_killed_between_the_outbox_and_its_draft_offers_nothing_again(
    phone: BrowserContext, page: Page, url: str, thread: str
) -> None:
    killed = opened(phone.new_page(), f"{url}/notes/new")
    killed.locator("#words").fill(ANSWER)
    wait_until(killed, IS_KEPT)
    begun = killed.locator("input[name=id]").input_value()
    put(killed, ANSWER, fields={"id": begun})
    kill(killed)
    opened(page, f"{url}/notes/new")
    expect(page.locator("#words")).to_have_value("")
    assert [item["id"] for item in items(page)] == [begun]
    wait_until(page, IS_GONE)


@LONG
def test_what_the_form_itself_posted_is_not_begun_any_more(
    phone: BrowserContext, thread: str
) -> None:
    page = phone.new_page()
    page.add_init_script(FAULTS["full"])
    opened(page, thread)
    page.locator("#add summary").click()
    page.locator("#added").fill(ANSWER)
    page.locator("#right_place").fill(PLACE)
    wait_until(page, IS_KEPT)
    with page.expect_navigation():
        page.get_by_role("button", name="書きたしたものを送る").click()
    expect(page.get_by_text(ANSWER)).to_be_visible()
    wait_until(page, IS_GONE)
    expect(page.locator("#added")).to_have_value("")


QUESTION = "ご家族は、近くにお住まいですか。"


@pytest.mark.parametrize("begun", ["はい", QUESTION, "今朝も暗いままでした。"])
def test_what_is_begun_stays_though_it_was_said_before(
    page: Page, store: Store, clock: SetClock, note_town: NoteTown, thread: str, begun: str
) -> None:
    with store.write() as session:
        asked = session.get_one(Thread, note_town.asked)
        hearing.answer(asked, "はい", clock.now)
        asked.handoff.ask(
            session.get_one(Person, note_town.cast.okada), Said(words=QUESTION), clock.now
        )
    opened(page, thread).locator("#words").fill(begun)
    wait_until(page, IS_KEPT)
    opened(page, thread)
    expect(page.locator("#words")).to_have_value(begun)


LOCKED_DOWN = """const { put } = IDBObjectStore.prototype;
  IDBObjectStore.prototype.put = function (value, key) {
    if (value instanceof CryptoKey || value.pair) throw new DOMException("no", "DataCloneError");
    return put.call(this, value, key);
  };"""


@pytest.mark.parametrize("fault", [FAULTS["full"], FAULTS["kept nothing"], LOCKED_DOWN])
def test_a_phone_that_keeps_nothing_says_so_in_a_thread_before_anybody_types(
    phone: BrowserContext, thread: str, fault: str
) -> None:
    page = phone.new_page()
    page.add_init_script(fault)
    opened(page, thread)
    expect(page.get_by_text("この電話には保管できません")).to_be_visible()
