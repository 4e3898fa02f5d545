"""Many notes of one place, and a mark, with a real browser: by keyboard, and looked at."""

from __future__ import annotations

import datetime as dt

import pytest
from playwright.sync_api import Page, expect

from models.handoff import Handoff
from models.store import Store
from tests import town
from tests.browser.conftest import DESK, LONG
from tests.browser.desk_town import DeskTown
from tests.browser.looking import look
from tests.browser.test_desk_flow import context, desk_town, page
from tests.conftest import SetClock

__all__ = ["context", "desk_town", "page"]

QUEUE, NOTE = "intake/list_handoffs.html", "intake/show_handoff.html"
OTHERS = "同じ場所のことが、ほかに6件"
WORDS = (
    "夜おそくまで、大きな音がします。",
    "ごみの出し方がひどいです。",
    "",
    "また音がしています。",
)


@pytest.fixture
def head(store: Store, desk_town: DeskTown, clock: SetClock) -> Handoff:
    """The oldest of seven notes about one house."""
    cast = desk_town.cast
    with store.write() as session:
        told = [
            town.note(
                session,
                clock.now - dt.timedelta(hours=5, minutes=-n),
                by=cast.suzuki,
                area=cast.kitamachi,
                place_detail="7番3号",
                about="household",
                signs=["trash"] if n < 2 else ["recovered"],
                urgency="memo" if n else "soon",
                words=WORDS[n % 4],
            )
            for n in range(7)
        ]
        return told[0]


def test_one_row_leads_to_all_and_one_tap_answers_them(page: Page, head: Handoff) -> None:
    page.goto("/desk")
    row = page.locator(".job", has=page.get_by_role("link", name=OTHERS))
    expect(row).to_have_count(1)
    look(page, "storm_queue", of=QUEUE, at=DESK)
    row.get_by_role("link", name=OTHERS).press("Enter")
    expect(page.get_by_role("heading", name=OTHERS)).to_be_in_viewport()
    look(page, "storm_note", of=NOTE, at=DESK)
    page.get_by_role("button", name="この7件をまとめて受け止める").press("Enter")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    expect(page.locator(".undo")).to_contain_text("7件を受け止めました")
    expect(page.get_by_role("link", name=OTHERS)).to_have_count(0)
    page.locator(".undo").get_by_role("button", name="取り消す").click()
    expect(page.get_by_text("7件を取り消しました。")).to_be_visible()
    expect(page.get_by_role("link", name=OTHERS)).to_be_visible()


def test_the_key_of_a_note_is_no_tap_for_the_whole_place(page: Page, head: Handoff) -> None:
    page.goto(f"/desk/handoffs/{head.id}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator(".undo")).not_to_contain_text("7件")


def test_a_mark_is_set_and_taken_away(page: Page, head: Handoff) -> None:
    page.goto(f"/desk/handoffs/{head.id}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.locator("#mark summary").press("Enter")
    page.get_by_label("同じことが、また届いたようです").check()
    page.get_by_label("窓口の人への一言").fill("先週も同じ文が届きました")
    page.get_by_role("button", name="しるしをつける").press("Enter")
    expect(page.get_by_text("期限とお返事は、そのままです。")).to_be_visible()
    look(page, "marked_note", of=NOTE, at=DESK)
    page.goto("/desk")
    look(page, "marked_queue", of=QUEUE, at=DESK)
    page.goto(f"/desk/handoffs/{head.id}")
    page.locator("#mark summary").click()
    page.get_by_role("button", name="しるしを外す").press("Enter")
    expect(page.get_by_text("しるしを外しました。")).to_be_visible()


@LONG
def test_without_a_reason_the_page_says_where_it_is_asked(page: Page, head: Handoff) -> None:
    page.goto(f"/desk/handoffs/{head.id}")
    page.locator("#mark summary").click()
    page.get_by_role("button", name="しるしをつける").click()
    expect(page.locator("#doubt-error")).to_be_visible()
    look(page, "mark_asked", of=NOTE, at=DESK)
