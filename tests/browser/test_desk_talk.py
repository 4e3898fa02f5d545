"""A desk talks, with a browser: own templates, calls and visits, and where a note may go."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.desk import Desk
from models.desk_template import DeskTemplate, Occasion
from models.person import Person
from models.store import Store
from tests.browser.conftest import AT_A_DESK, DESK, LONG, without_worker
from tests.browser.desk_town import DeskTown, settle
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.conftest import SetClock
from tests.support.live import serving

LIST, FORM = "intake/list_templates.html", "intake/template.html"
EASY = "{date}までに {desk}から 知《し》らせます。"


@pytest.fixture
def desk_town(store: Store, clock: SetClock) -> DeskTown:
    with store.write() as session:
        town = settle(session, clock.now)
        north = session.get_one(Desk, town.cast.north_desk)
        okada = session.get_one(Person, town.cast.okada)
        session.get_one(Desk, town.cast.south_desk).takes_on = ["elderly"]
        for occasion, texts in (
            (Occasion.REPLY, {"ja": "{date}までに、{desk}からお知らせします。", "ja@easy": EASY}),
            (Occasion.REPLY, {"ja": "急ぐときは{telephone}へ。", "en": "If urgent: {telephone}."}),
            (Occasion.AWAY, {"ja": "{on}にうかがいました。またお知らせします。"}),
            (Occasion.CLOSE, {"ja": "ここで一区切りにします。"}),
        ):
            made = DeskTemplate.make(session, north, occasion, texts, okada, clock.now)
        made.put_away(okada, clock.now)
        return town


@pytest.fixture(params=AT_A_DESK)
def page(
    browser: Browser,
    request: pytest.FixtureRequest,
    app: Flask,
    store: Store,
    desk_town: DeskTown,
) -> Iterator[Page]:
    with serving(app) as url:
        context = without_worker(browser, url, request.param)
        let_in(context, url, store, desk_town.cast.okada, app)
        yield context.new_page()
        context.close()


def open_page(page: Page, path: str) -> None:
    page.goto(path)
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def test_a_template_is_written_with_a_tap_for_each_variable(page: Page) -> None:
    open_page(page, "/desk/templates")
    look(page, "desk_templates", of=LIST, at=DESK)
    page.get_by_role("link", name="文を足す").click()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.get_by_text("途中でお返事するとき").click()
    words = page.get_by_role("textbox", name="日本語", exact=True)
    words.fill("までに、お知らせします。")
    words.evaluate("(field) => field.setSelectionRange(0, 0)")
    page.get_by_role("group", name="差しこむ（日本語）").get_by_text("【お約束の日】").click()
    expect(words).to_have_value("【お約束の日】までに、お知らせします。")
    expect(words).to_be_focused()
    page.get_by_role("textbox", name="英語").fill("【name】!")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("alert")).to_contain_text("【name】という差しこみはありません")
    look(page, "desk_template_refused", of=FORM, at=DESK)
    page.get_by_role("textbox", name="英語").fill("By 【next date】.")
    page.get_by_role("button", name="保存する").click()
    expect(page.get_by_role("status")).to_contain_text("文を保存しました。")
    expect(page.get_by_text("By 【お約束の日】.")).to_be_visible()


@LONG
def test_the_preview_shows_a_template_in_the_readers_language(
    page: Page, desk_town: DeskTown
) -> None:
    open_page(page, f"/desk/handoffs/{desk_town.asked}")
    page.locator("#reply summary").click()
    form = page.locator("#reply form")
    form.get_by_text("○日までに、北の相談室からお知らせします。").click()
    form.get_by_label("いつまでに").fill("2026-12-03")
    preview = form.locator("[data-preview]")
    expect(preview).to_contain_text("12月3日(木)までに、北の相談室からお知らせします。")
    look(page, "desk_note_template", at=DESK)
    form.get_by_role("button", name="お返事を送る").click()
    expect(page.locator(".thread")).to_contain_text("12月3日(木)までに、北の相談室から")


def test_a_visit_is_one_tap_and_the_reply_stands_ready(page: Page, desk_town: DeskTown) -> None:
    open_page(page, f"/desk/handoffs/{desk_town.asked}")
    page.get_by_role("button", name="留守だった").click()
    expect(page.get_by_role("status").first).to_contain_text("記録に残しました。")
    form = page.locator("#reply form")
    expect(form).to_be_visible()
    expect(form.get_by_label("11月24日(火)にうかがいました。またお知らせします。")).to_be_checked()
    look(page, "desk_note_visited", at=DESK)
    form.get_by_role("button", name="お返事を送る").click()
    expect(page.locator(".thread")).to_contain_text("11月24日(火)にうかがいました。")


@LONG
def test_who_is_not_reached_stays_in_the_list(page: Page) -> None:
    open_page(page, "/desk?view=telephone")
    page.get_by_role("button", name="つながらなかった").click()
    expect(page.get_by_text("1回かけて、つながっていません（最後は きょう 9:20）")).to_be_visible()
    look(page, "desk_queue_tried", at=DESK)
    page.get_by_role("button", name="知らせた人に電話で伝えた").click()
    expect(page.locator(".job")).to_have_count(0)


def test_a_desk_that_fits_stands_first_and_is_chosen_by_keyboard(
    page: Page, desk_town: DeskTown
) -> None:
    open_page(page, f"/desk/handoffs/{desk_town.waiting}")
    page.locator("#passing-on > summary").click()
    fits = page.get_by_label("南の相談室")
    expect(page.locator("#to_desk")).to_contain_text("「高齢の人」のことを引き受ける窓口")
    expect(page.get_by_label("つながり支援課")).to_be_hidden()
    look(page, "desk_note_passing", at=DESK)
    fits.focus()
    page.keyboard.press("Space")
    page.locator("#passing-reason").fill("南の方です。")
    page.get_by_role("button", name="つなぐ", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("つなぎました。")
