"""担当 with a real browser: by tap, by key, from the page of who is away, without JavaScript."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models import absence
from models.handoff import Handoff
from models.person import Person
from models.store import Store
from models.town_time import local_date
from tests.browser.conftest import DESK, LONG, PHONE
from tests.browser.desk_town import DeskTown
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.test_desk_flow import context, desk_town, open_note, page
from tests.conftest import SetClock
from tests.support.live import serving

__all__ = ["context", "desk_town", "page"]

MINE, TAKE = "わたしの担当", "わたしが担当します"


def left_by_kato(store: Store, desk_town: DeskTown, now: dt.datetime) -> None:
    """Kato is away, and has the first note."""
    with store.write() as session:
        kato = session.get_one(Person, desk_town.cast.kato)
        session.get_one(Handoff, desk_town.waiting).claim(kato, now)
        [place] = [m for m in kato.memberships if m.is_active]
        days = local_date(now), local_date(now) + dt.timedelta(days=3)
        absence.mark(place, *days, kato, now)


def has_it(store: Store, desk_town: DeskTown) -> object:
    with store.read() as session:
        return session.get_one(Handoff, desk_town.waiting).claimed_by_id


def test_one_tap_on_the_list(page: Page) -> None:
    page.goto("/desk")
    row = page.locator(".job").filter(has=page.get_by_role("button", name=TAKE)).first
    path = row.locator(".job__title a").get_attribute("href")
    row.get_by_role("button", name=TAKE).click()
    taken = page.locator(".job").filter(has=page.locator(f"a[href='{path}']"))
    expect(taken.locator(".badge", has_text=MINE)).to_be_visible()
    expect(taken.locator(".job__title a")).to_be_focused()
    expect(taken.get_by_role("button", name=TAKE)).to_have_count(0)
    look(page, "claim_queue", at=DESK)


@LONG
@pytest.mark.parametrize("context", [DESK], indirect=True)
def test_c_takes_the_chosen_row(page: Page) -> None:
    page.goto("/desk")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="キーボードで使う")
    expect(listed).to_contain_text("選んだ行をわたしの担当にする")
    page.keyboard.press("Escape")
    before = page.locator(".badge", has_text=MINE).count()
    page.keyboard.press("j")
    page.keyboard.press("c")
    expect(page.locator(".badge", has_text=MINE)).to_have_count(before + 1)


def test_on_the_notes_page_it_is_taken_put_down_and_given(
    page: Page, store: Store, desk_town: DeskTown
) -> None:
    open_note(page, desk_town)
    whose = page.get_by_role("region", name="担当")
    whose.get_by_role("button", name=TAKE).click()
    expect(whose).to_contain_text(MINE)
    look(page, "claim_note", at=DESK)
    whose.get_by_role("button", name="担当をはずれる").click()
    expect(whose).to_contain_text("まだ、だれの担当でもありません。")
    whose.get_by_text("窓口の人にお願いする").click()
    whose.get_by_label("だれに").select_option(label="加藤さん")
    look(page, "claim_giving", at=DESK)
    whose.get_by_role("button", name="お願いする").click()
    expect(whose).to_contain_text("加藤さん")
    assert has_it(store, desk_town) == desk_town.cast.kato


def test_what_somebody_left_who_is_away_is_taken_over(
    page: Page, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    left_by_kato(store, desk_town, clock.now)
    page.goto("/desk")
    look(page, "claim_left_hint", at=DESK)
    page.get_by_role("link", name="担当とお休みを見る").click()
    expect(page.get_by_role("heading", name="お休みの人が担当しているもの")).to_be_visible()
    look(page, "work_left", of="intake/show_work.html", at=DESK)
    page.get_by_role("button", name="わたしが引きつぎます").click()
    expect(page.get_by_text("お休みの人が担当しているものは、いまありません。")).to_be_visible()
    assert has_it(store, desk_town) == desk_town.cast.okada


@LONG
def test_without_javascript_days_away_are_kept_and_the_second_is_told_who_was_first(
    browser: Browser, app: Flask, store: Store, desk_town: DeskTown, clock: SetClock
) -> None:
    with serving(app) as url:
        plain = browser.new_context(
            base_url=url, viewport=PHONE, locale="ja-JP", java_script_enabled=False
        )
        let_in(plain, url, store, desk_town.cast.okada, app)
        page = plain.new_page()
        page.goto("/desk/work")
        page.get_by_text("お休みを入れる").first.click()
        page.get_by_label("だれが").select_option(label="加藤さん")
        page.get_by_label("はじめの日").fill(str(local_date(clock.now)))
        page.get_by_role("button", name="お休みを入れる").click()
        expect(page.get_by_text("お休みを入れました。")).to_be_visible()
        page.goto(f"/desk/handoffs/{desk_town.waiting}")
        left_by_kato(store, desk_town, clock.now)
        page.get_by_role("button", name=TAKE).click()
        expect(page.get_by_text("加藤さんが担当しています。")).to_be_visible()
        page.get_by_role("link", name="いまの様子を見る").click()
        page.get_by_role("button", name="わたしが引きつぎます").click()
        assert has_it(store, desk_town) == desk_town.cast.okada
        plain.close()
