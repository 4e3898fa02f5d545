"""同じ世帯 with a real browser: proposed, gathered and undone, by tap and by keyboard."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.store import Store
from tests import town
from tests.browser.conftest import AT_A_DESK, DESK, without_worker
from tests.browser.desk_town import DeskTown, settle
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.conftest import SetClock
from tests.support.live import serving


@pytest.fixture
def desk_town(store: Store, clock: SetClock) -> DeskTown:
    with store.write() as session:
        found = settle(session, clock.now)
        for by, place, called, words in (
            (found.cast.sato, "１ー２", "竹内", "回覧板が戻ってきません。"),
            (found.cast.nakamura, "1番地の2", "武内のおばあちゃん", "このごろ体操に来られません。"),
        ):
            town.note(
                session,
                clock.now,
                by=by,
                area=found.cast.kitamachi,
                place_detail=place,
                called=called,
                about="elderly",
                words=words,
                urgency="memo",
                signs=["greeting_stop"],
            )
    return found


@pytest.fixture(params=AT_A_DESK)
def context(
    browser: Browser, request: pytest.FixtureRequest, app: Flask, store: Store, desk_town: DeskTown
) -> Iterator[BrowserContext]:
    with serving(app) as url:
        context = without_worker(browser, url, request.param)
        let_in(context, url, store, desk_town.cast.okada, app)
        yield context
        context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def _open(page: Page, handoff_id: uuid.UUID) -> None:
    page.goto(f"/desk/handoffs/{handoff_id}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def test_a_companion_is_gathered_and_given_back(page: Page, desk_town: DeskTown) -> None:
    _open(page, desk_town.waiting)
    likely = page.get_by_role("region", name="同じ世帯かもしれません")
    expect(likely).to_contain_text("場所が同じ、名字が同じ")
    look(page, "desk_companions", at=DESK)
    gather = likely.get_by_role("button", name="同じ世帯にまとめる")
    gather.first.press("Enter")
    gathered = page.get_by_role("region", name="同じ世帯の気になること")
    expect(gathered).to_contain_text("知らせた人は2人です")
    expect(page.get_by_text("同じ世帯にまとめました。")).to_be_visible()
    look(page, "desk_household", of="intake/show_handoff.html", at=DESK)
    gathered.get_by_role("link").first.click()
    expect(page.get_by_role("region", name="同じ世帯の気になること")).to_be_visible()
    page.get_by_role("button", name="まとめたのを取り消す").click()
    expect(page.get_by_text("まとめたのを取り消し、もとにもどしました。")).to_be_visible()
    expect(page.get_by_role("region", name="同じ世帯の気になること")).to_have_count(0)
