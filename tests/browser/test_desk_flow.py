"""At the desk with a real browser: the answer as its reader gets it, hints, two hands at once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.credential import SignIn
from models.handoff import Handoff
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.browser.conftest import AT_A_DESK, DESK, LONG, without_worker
from tests.browser.desk_town import DeskTown, settle
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.conftest import SetClock
from tests.support.live import serving


@pytest.fixture
def desk_town(store: Store, clock: SetClock) -> DeskTown:
    with store.write() as session:
        return settle(session, clock.now)


@pytest.fixture(params=AT_A_DESK)
def context(
    browser: Browser,
    request: pytest.FixtureRequest,
    app: Flask,
    store: Store,
    desk_town: DeskTown,
) -> Iterator[BrowserContext]:
    with serving(app) as url:
        context = without_worker(browser, url, request.param)
        let_in(context, url, store, desk_town.cast.okada, app)
        yield context
        context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def open_note(page: Page, desk_town: DeskTown) -> None:
    page.goto(f"/desk/handoffs/{desk_town.waiting}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def test_the_preview_follows_template_date_and_words(page: Page, desk_town: DeskTown) -> None:
    open_note(page, desk_town)
    form = page.locator("#acknowledgement")
    preview = form.locator("[data-preview]")
    expect(preview).to_contain_text("やさしい日本語")
    form.get_by_label("いつまでに").fill("2026-12-03")
    expect(preview.locator("[data-template=look]")).to_contain_text("3日")
    expect(preview.locator("[data-template=look]")).to_contain_text("(木)")
    form.get_by_text("担当の人がたしかめます。").click()
    expect(preview.locator("[data-template=look]")).to_be_hidden()
    expect(preview.locator("[data-template=check]")).to_be_visible()
    form.locator("#acknowledgement-words").fill("新聞店にも聞きます。")
    expect(preview).to_contain_text("新聞店にも聞きます。")


def test_what_looks_like_a_name_or_a_place_is_said_while_typing(
    page: Page, desk_town: DeskTown
) -> None:
    open_note(page, desk_town)
    words = page.locator("#acknowledgement-words")
    hint = page.locator("#acknowledgement [data-found]")
    words.fill("北町1-2-3にいます")
    expect(hint).to_contain_text("住所")
    words.fill("山本さんが行きます")
    expect(hint).to_contain_text("名前")
    words.fill("様子を見に行きます")
    expect(hint).to_be_hidden()


def test_a_name_is_asked_about_and_sent_once_that_is_confirmed(
    page: Page, desk_town: DeskTown
) -> None:
    open_note(page, desk_town)
    page.locator("#acknowledgement-words").fill("山本さんが行きます。")
    page.get_by_role("button", name="お返事を送る").first.click()
    expect(page.get_by_role("alert")).to_be_focused()
    look(page, "desk_note_sure", at=DESK)
    page.get_by_role("button", name="このまま送る").click()
    expect(page.get_by_role("button", name="取り消す")).to_be_visible()
    expect(page.locator(".thread")).to_contain_text("山本さんが行きます。")


def test_who_comes_second_keeps_the_words_and_sends_them_after(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    open_note(page, desk_town)
    page.locator("#acknowledgement-words").fill("新聞店にも聞きます。")
    with store.write() as session:
        kato = session.get_one(Person, desk_town.cast.kato)
        session.get_one(Handoff, desk_town.waiting).acknowledge(kato, Said("check"), clock.now)
    page.get_by_role("button", name="お返事を送る").first.click()
    expect(page.get_by_role("status").first).to_contain_text(
        "加藤さんが きょう 9:20 に受け止めました"
    )
    look(page, "desk_first", of="intake/show_first.html", at=DESK)
    page.get_by_role("button", name="続きとして送る").click()
    expect(page.locator(".thread")).to_contain_text("新聞店にも聞きます。")


def test_one_tap_on_the_list_and_several_at_once(
    page: Page, desk_town: DeskTown, clock: SetClock
) -> None:
    page.goto("/desk")
    before = page.locator(".job").count()
    page.get_by_role("button", name="受け止める").first.click()
    expect(page.locator(".job")).to_have_count(before - 1)
    clock.forward(seconds=2)
    ticks = page.get_by_role("checkbox")
    for n in range(ticks.count()):
        ticks.nth(n).check()
    look(page, "desk_queue_ticked", at=DESK)
    page.get_by_role("button", name="選んだものを受け止める").click()
    expect(page.get_by_text("3件を受け止めました。")).to_be_visible()
    look(page, "undo_several", at=DESK)


@LONG
def test_a_missing_desk_opens_its_fold_again_with_what_was_typed(
    page: Page, desk_town: DeskTown
) -> None:
    open_note(page, desk_town)
    page.locator("#passing-on summary").click()
    page.locator("#passing-reason").fill("お住まいが南です。")
    page.get_by_role("button", name="つなぐ", exact=True).click()
    expect(page.locator("#passing-reason")).to_be_visible()
    assert page.locator("#passing-reason").input_value() == "お住まいが南です。"
    look(page, "desk_note_refused", at=DESK)


PULSE = Path(__file__).parents[2] / "pwa/scripts/behaviours/pulse.js"
ONLY_THERE = pytest.mark.parametrize("context", [DESK], indirect=True, ids=["desk"])
OFTEN = """const { setTimeout: later } = globalThis;
  globalThis.setTimeout = (act, ms) => later(act, ms === 3000 ? 300 : ms);"""


def open_list(page: Page, view: str = "") -> None:
    """The list, which asks ten times as often."""
    page.add_init_script(OFTEN)
    page.goto(f"/desk{view}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")


@ONLY_THERE
def test_a_new_note_appears_by_itself_and_is_counted(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    page.add_init_script(
        "globalThis.badges = []; navigator.setAppBadge = async (n) => badges.push(n);"
    )
    open_list(page)
    before = page.locator(".job").count()
    first = page.locator(".job a").first
    first.focus()
    href = first.get_attribute("href")
    page.evaluate("() => { globalThis.isSamePage = true; }")
    with store.write() as session:
        cast = desk_town.cast
        new = town.note(session, clock.now, area=cast.kitamachi, urgency="today", words="いま来た")
    expect(page.get_by_text("いま来た")).to_be_visible()
    expect(page.locator(".job")).to_have_count(before + 1)
    assert page.title().startswith(f"({before + 1}) 受付")
    assert page.evaluate("() => [isSamePage, badges.at(-1)]") == [True, before + 1]
    expect(page.locator(f'a[href="{href}"]')).to_be_focused()
    expect(page.get_by_role("status").filter(has_text="一覧が新しくなりました")).to_be_attached()
    assert new.id
    # Where somebody has begun something the rows stay; what waits is counted and said all the same.
    tick, asked = page.locator("[name=handoff]").first, page.get_by_role("searchbox")
    tick.check()
    asked.fill("山本")
    arrived = page.locator("[role=status] > [data-offer]")
    expect(arrived).to_be_hidden()
    with store.write() as session:
        town.note(session, clock.now, area=cast.kitamachi, urgency="today", words="そのつぎに来た")
    expect(page).to_have_title(re.compile(rf"^\({before + 2}\) 受付"))
    assert page.evaluate("() => badges.at(-1)") == before + 2
    expect(arrived).to_be_visible()
    expect(arrived).to_contain_text("新しい気になることが届いています")
    expect(page.locator(".job")).to_have_count(before + 1)
    look(page, "desk_queue_arrived", at=DESK)
    # Asked for by the keyboard it comes, and nothing that was begun is lost.
    shows = arrived.get_by_role("button", name="表示する")
    shows.focus()
    shows.press("Enter")
    expect(page.locator(".job")).to_have_count(before + 2)
    expect(arrived).to_be_hidden()
    expect(tick).to_be_checked()
    expect(asked).to_have_value("山本")
    expect(page.locator("#list")).to_be_focused()
    # Where nothing is begun any more it comes by itself, as ever.
    with store.write() as session:
        town.note(session, clock.now, area=cast.kitamachi, urgency="today", words="まだ来る")
    expect(arrived).to_be_visible()
    tick.uncheck()
    asked.fill("")
    expect(page.locator(".job")).to_have_count(before + 3)
    expect(arrived).to_be_hidden()


def test_a_new_note_is_shown_within_five_seconds_of_a_page_that_rests() -> None:
    own = {name: int(ms) for name, ms in re.findall(r"(\w+_MS) = ([\d_]+);", PULSE.read_text())}
    assert own["EVERY_MS"] + own["STILL_MS"] <= 5000
    assert f"ms === {own['EVERY_MS']}" in OFTEN


@ONLY_THERE
def test_where_a_colleague_takes_the_row_the_next_one_is_in_focus(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    open_list(page)
    links = page.locator(".job__title a")
    hrefs = [link.get_attribute("href") for link in links.all()]
    at = hrefs.index(f"/desk/handoffs/{desk_town.waiting}")
    links.nth(at).focus()
    with store.write() as session:
        kato = session.get_one(Person, desk_town.cast.kato)
        session.get_one(Handoff, desk_town.waiting).acknowledge(kato, Said("check"), clock.now)
    expect(links).to_have_count(len(hrefs) - 1)
    expect(page.locator(f"a[href='{hrefs[at + 1]}']")).to_be_focused()


@LONG
@ONLY_THERE
def test_under_a_finger_no_row_moves(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    open_list(page)
    page.evaluate("""() => {
      globalThis.hand = setInterval(() => dispatchEvent(new Event("pointermove")), 100);
    }""")
    with store.write() as session:
        cast = desk_town.cast
        town.note(session, clock.now, area=cast.kitamachi, urgency="today", words="いま来た")
    for _ in range(2):
        page.wait_for_event(
            "response",
            lambda answer: "/desk/pulse" in answer.url and answer.status == 204,
        )
    expect(page.get_by_text("いま来た")).to_be_hidden()
    page.evaluate("() => clearInterval(hand)")
    expect(page.get_by_text("いま来た")).to_be_visible()


@ONLY_THERE
def test_a_list_whose_session_ended_is_not_left_standing(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    open_list(page)
    with store.write() as session:
        SignIn.end_all(session, desk_town.cast.okada, clock.now)
    page.wait_for_url("**/signin**")


@LONG
@ONLY_THERE
def test_a_list_that_renews_itself_is_no_use_of_the_session(
    page: Page, app: Flask, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    def seen_at() -> list[object]:
        with store.read() as session:
            return list(session.scalars(sa.select(SignIn.seen_at)))

    beyond = app.wsgi_app

    def of_a_browser_that_does_not_say(environ: Any, start_response: Any) -> Any:
        environ.pop("HTTP_SEC_FETCH_MODE", None)
        return beyond(environ, start_response)

    app.wsgi_app = of_a_browser_that_does_not_say  # type: ignore[method-assign]
    open_list(page)
    opened = seen_at()
    with page.expect_response(lambda answer: answer.url.endswith("/desk")):
        # What is left of a deadline is said anew.
        clock.forward(minutes=6)
    expect(page.get_by_role("status").filter(has_text="一覧が新しくなりました")).to_be_attached()
    assert seen_at() == opened
