"""取り消す with a real browser: in sight and in reach for ten seconds, and not a moment longer."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.handoff import Handoff, State
from models.store import Store
from tests import town
from tests.browser.conftest import DESK, LONG, PHONE
from tests.browser.desk_town import DeskTown
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.test_desk_flow import context, desk_town, open_note, page
from tests.conftest import SetClock
from tests.support.live import serving

__all__ = ["context", "desk_town", "page"]

OVER = "取り消せる時間が終わりました。"


def open_list(page: Page) -> str:
    """The queue, whole; the address of its first note."""
    page.goto("/desk")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    return page.locator(".job__title a").first.get_attribute("href") or ""


def acknowledge(page: Page) -> None:
    page.locator(".job").first.get_by_role("button", name="受け止める", exact=True).click()
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def state(store: Store, desk_town: DeskTown) -> State:
    with store.read() as session:
        return session.get_one(Handoff, desk_town.waiting).state


def test_one_tap_and_its_undo_on_the_list(page: Page) -> None:
    first = open_list(page)
    acknowledge(page)
    expect(page.locator(f".job a[href='{first}']")).to_have_count(0)
    expect(page.get_by_role("status").first).to_contain_text("10秒のあいだ、取り消せます")
    expect(page.locator(".undo")).to_be_in_viewport(ratio=1)
    look(page, "undo_queue", at=DESK)
    page.locator(".undo").get_by_role("button", name="取り消す").click()
    expect(page.locator(f".job a[href='{first}']")).to_be_focused()
    expect(page.get_by_text("取り消しました。お返事は送っていません。")).to_be_visible()
    expect(page.locator(".undo")).to_have_count(0)
    look(page, "undo_undone", at=DESK)


def test_it_counts_down_in_silence_and_goes_when_its_time_is_over(page: Page) -> None:
    open_list(page)
    page.clock.install()
    acknowledge(page)
    line = page.locator(".undos [role=status]")
    expect(page.locator("[data-left]")).to_have_text("10")
    page.clock.run_for(4000)
    expect(page.locator("[data-left]")).to_have_text("6")
    expect(line).to_have_text("受け止めました。10秒のあいだ、取り消せます。")
    page.locator(".undo button").focus()
    page.clock.run_for(6500)
    expect(page.locator(".undo")).to_have_count(0)
    expect(line).to_have_text(OVER)
    expect(line).to_be_visible()
    expect(line).to_be_focused()
    look(page, "undo_over", at=DESK)


@LONG
def test_it_counts_from_the_servers_answer_however_late_the_page_is(page: Page) -> None:
    page.add_init_script(
        "const now = performance.now.bind(performance); performance.now = () => now() + 4000;"
    )
    open_list(page)
    acknowledge(page)
    expect(page.locator("[data-left]")).not_to_have_text(re.compile("10|9|8|7"))


@LONG
def test_a_note_that_its_writer_took_back_meanwhile(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    with store.write() as session:
        cast = desk_town.cast
        young = town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi).id
    open_list(page)
    row = page.locator(".job", has=page.locator(f"a[href='/desk/handoffs/{young}']"))
    row.get_by_role("button", name="受け止める", exact=True).click()
    expect(page.locator(".undo")).to_be_visible()
    with store.write() as session:
        session.get_one(Handoff, young).take_back(clock.now)
    page.locator(".undo").get_by_role("button", name="取り消す").click()
    told = page.get_by_role("alert").filter(has_text="知らせた人が取り下げました。")
    expect(told).to_be_focused()
    look(page, "undo_withdrawn", of="intake/show_withdrawn.html", at=DESK)
    page.get_by_role("link", name="受付にもどる").click()
    expect(page.get_by_text("お返事を送りました")).to_have_count(0)


@LONG
@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_u_undoes_the_newest(page: Page) -> None:
    first = open_list(page)
    page.keyboard.press("j")
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="キーボードで使う")
    expect(listed).to_contain_text("いまの受け止めを取り消す")
    page.keyboard.press("Escape")
    page.keyboard.press("u")
    expect(page.locator(f".job a[href='{first}']")).to_be_focused()


def test_on_the_notes_page_own_words_come_back(
    page: Page, store: Store, desk_town: DeskTown
) -> None:
    open_note(page, desk_town)
    page.locator("#acknowledgement-words").fill("新聞店にも聞きます。")
    page.locator("#acknowledgement").get_by_role("button", name="お返事を送る").click()
    expect(page.locator(".undo")).to_contain_text("受け止めました。")
    expect(page.get_by_text("まだ送っていません")).to_be_visible()
    look(page, "undo_note", at=DESK)
    page.locator(".undo").get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("書いた文は、下に残してあります。")).to_be_visible()
    expect(page.locator("#acknowledgement-words")).to_have_value("新聞店にも聞きます。")
    page.reload()
    expect(page.locator("#acknowledgement-words")).to_have_value("新聞店にも聞きます。")
    look(page, "undo_again", at=DESK)
    assert state(store, desk_town) is State.SENT


@LONG
def test_on_the_notes_page_the_time_runs_out(page: Page, desk_town: DeskTown) -> None:
    open_note(page, desk_town)
    page.clock.install()
    page.locator("#acknowledgement").get_by_role("button", name="お返事を送る").click()
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.clock.run_for(10_500)
    expect(page.get_by_text("まだ送っていません")).to_have_count(0)
    expect(page.locator(".undos [role=status]")).to_have_text(OVER)


@LONG
def test_a_tap_that_came_too_late_is_told_so(
    page: Page, desk_town: DeskTown, clock: SetClock
) -> None:
    open_note(page, desk_town)
    page.locator("#acknowledgement").get_by_role("button", name="お返事を送る").click()
    clock.forward(seconds=10)
    page.get_by_role("button", name="取り消す").click()
    expect(page.get_by_role("alert").filter(has_text="新しいお返事を送れます。")).to_be_focused()
    look(page, "undo_late", at=DESK)


def test_without_javascript_it_works_and_says_when_it_is_too_late(
    browser: Browser, app: Flask, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    with serving(app) as url:
        plain = browser.new_context(
            base_url=url, viewport=PHONE, locale="ja-JP", java_script_enabled=False
        )
        let_in(plain, url, store, desk_town.cast.okada, app)
        page = plain.new_page()
        for late in (False, True):
            page.goto(f"/desk/handoffs/{desk_town.waiting}")
            page.locator("#acknowledgement").get_by_role("button", name="お返事を送る").click()
            clock.forward(seconds=10 * late)
            page.get_by_role("button", name="取り消す").click()
            assert state(store, desk_town) is (State.RECEIVED if late else State.SENT)
        expect(page.get_by_text("新しいお返事を送れます。")).to_be_visible()
        page.get_by_role("link", name="新しいお返事を書く").click()
        expect(page.locator("#reply form")).to_be_visible()
        plain.close()
