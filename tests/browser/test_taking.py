"""A call at the desk, whole: taken down, the code read aloud, acknowledged, the answer read."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, Page, expect

from models import receipt_code
from models.handoff import RELEASE
from models.person import Person
from models.store import Store
from tests.browser.conftest import DESK, LONG, PHONE, without_worker
from tests.browser.desk_town import DeskTown
from tests.browser.looking import IN_EVERY_LANGUAGE, look
from tests.browser.test_desk_flow import context, desk_town, page
from tests.conftest import SetClock

__all__ = ["context", "desk_town", "page"]

WORDS = "三日前から雨戸が閉まったままです。"
NAME = "すずき"


def ready(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def choose(page: Page, **values: str) -> None:
    for name, value in values.items():
        page.locator(f"[name={name}][value='{value}']").first.check()


def listen(page: Page) -> None:
    """One tap from the list, and the fields in the order of a call."""
    page.goto("/desk")
    page.locator("nav a[href^='/desk/notes/new']:visible").click()
    ready(page)
    page.get_by_label("どこのことですか").fill("北町")
    page.get_by_label("ご本人のお名前や呼び名").fill("たけうちさん")
    choose(page, about="elderly")
    page.get_by_label("聞いたことを、その人の言葉で").fill(WORDS)
    choose(page, signs="not_seen", contact="telephone")
    page.get_by_label("電話番号", exact=True).fill("0590000222")
    page.get_by_label("お名前", exact=True).fill(NAME)
    choose(page, show_name="1")


def taken(page: Page) -> str:
    """Take it; the code that the page shows to be read aloud."""
    page.get_by_role("button", name="受け付けて、控え番号を出す").click()
    expect(page.get_by_role("heading", name="受け付けました")).to_be_focused()
    return "".join(page.locator(".aloud b").all_inner_texts())


def test_a_call_is_taken_acknowledged_and_its_answer_read_by_the_code(
    page: Page, browser: Browser, desk_town: DeskTown, clock: SetClock
) -> None:
    listen(page)
    look(page, "taking", of="note/taking.html", at=DESK)
    code = taken(page)
    assert receipt_code.parse(code) == code
    assert WORDS not in page.content()
    look(page, "taken", of="note/taken.html", at=DESK)
    page.get_by_role("link", name="受付にもどる").click()
    row = page.locator(".job").filter(has_text=WORDS)
    expect(row).to_contain_text("電話で受けました")
    look(page, "taken_queue", at=DESK)
    row.get_by_role("link").first.click()
    expect(page.get_by_text("すずきさん").first).to_be_visible()
    expect(page.locator(".history")).to_contain_text("岡田さんが書きとり")
    look(page, "taken_note", at=DESK)
    page.get_by_role("button", name="お返事を送る").first.click()
    expect(page.get_by_role("button", name="取り消す")).to_be_visible()
    clock.now += RELEASE
    caller = without_worker(browser, page.url, PHONE).new_page()
    caller.goto("/receipts")
    caller.get_by_label("控え番号").fill(code)
    caller.get_by_role("button", name="お返事を読む").click()
    expect(caller.locator(".thread")).to_contain_text("お電話でうかがいました。")
    expect(caller.locator(".thread")).to_contain_text("受け止めました。")
    look(caller, "taken_read")
    caller.context.close()


def test_on_paper_stands_the_slip_alone(page: Page) -> None:
    listen(page)
    code = taken(page)
    page.emulate_media(media="print")
    shown = page.evaluate("document.body.innerText")
    assert "".join(shown.split()).count(code) == 1
    assert "北の相談室" in shown
    for other in (WORDS, NAME, "たけうち", "0590000222", "受け付けました", "次を受ける", "ゼロ"):
        assert other not in shown
    # The code stands nowhere else: whoever reloads or goes back is asked first.
    page.emulate_media(media="screen")
    page.get_by_role("heading", name="受け付けました").click()
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    with page.expect_navigation():
        page.get_by_role("link", name="次を受ける").click()
    ready(page)


@LONG
@pytest.mark.parametrize("context", [DESK], indirect=True, ids=["desk"])
def test_a_call_that_broke_off_is_there_again_and_can_be_let_go(page: Page) -> None:
    listen(page)
    written = page.locator("[name=id]").input_value()
    page.reload()
    expect(page.get_by_text("書きかけを残してあります。続きから書けます。")).to_be_visible()
    assert page.get_by_label("聞いたことを、その人の言葉で").input_value() == WORDS
    assert page.locator("[name=id]").input_value() == written
    with page.expect_navigation():
        page.get_by_role("button", name="新しく書く").click()
    ready(page)
    expect(page.get_by_label("聞いたことを、その人の言葉で")).to_have_value("")
    expect(page.locator("[name=id]")).not_to_have_value(written)
    expect(page.get_by_text("書きかけを残してあります。")).to_be_hidden()


@LONG
@pytest.mark.parametrize("context", [DESK], indirect=True, ids=["desk"])
def test_what_was_taken_leaves_no_draft(page: Page) -> None:
    listen(page)
    taken(page)
    ready(page)
    page.get_by_role("link", name="次を受ける").click()
    ready(page)
    expect(page.get_by_label("聞いたことを、その人の言葉で")).to_have_value("")


@LONG
@pytest.mark.parametrize("context", [DESK], indirect=True, ids=["desk"])
def test_a_letter_has_a_day_and_no_time_and_a_sign_asks_for_a_call(page: Page) -> None:
    page.goto("/desk/notes/new")
    ready(page)
    expect(page.get_by_label("時刻")).to_be_visible()
    choose(page, came_by="letter")
    expect(page.get_by_label("時刻")).to_be_hidden()
    expect(page.locator("[data-call-first]")).to_be_hidden()
    page.locator("#group-child summary").click()
    choose(page, signs="cry")
    expect(page.locator("[data-call-first]")).to_contain_text("189")


@pytest.mark.parametrize("language", IN_EVERY_LANGUAGE)
def test_both_pages_hold_in_the_language_of_clerk_and_caller(
    page: Page, store: Store, desk_town: DeskTown, language: str
) -> None:
    with store.write() as session:
        session.get_one(Person, desk_town.cast.okada).language = language
    page.goto("/desk/notes/new")
    ready(page)
    look(page, f"taking_{language}", at=DESK)
    page.locator("[name=place]").fill("北町")
    page.locator("[name=words]").fill(WORDS)
    choose(page, language=language)
    page.locator(".sendbar [type=submit]").click()
    expect(page.locator(".ticket")).to_be_visible()
    look(page, f"taken_{language}", at=DESK)
