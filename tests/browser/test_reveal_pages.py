"""特別な確認 and the reporter's number: asked by keyboard, each page looked at and by axe."""

from __future__ import annotations

from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.person import Person, Role
from models.store import Store
from tests import town
from tests.browser.conftest import DESK, without_worker
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.support.live import serving
from tests.town import MORNING, Cast


def _page(browser: Browser, url: str, store: Store, who: object, app: Flask) -> Page:
    context = without_worker(browser, url, DESK)
    let_in(context, url, store, who, app)
    return context.new_page()


def _asked_by_keyboard(page: Page) -> None:
    page.get_by_label("理由").focus()
    page.keyboard.type("倒れているかもしれないので")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/reveals/*")


def _town(store: Store) -> tuple[Cast, str, object]:
    with store.write() as session:
        cast = town.build(session)
        call = {"contact": "telephone", "telephone": "0590000111", "called": "竹内フミ"}
        sent = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **call)
        reader = Person.enrol(session, role=Role.AUDITOR, name="浜田", now=MORNING).id
        return cast, str(sent.id), reader


def test_two_people_open_what_one_asks_for(browser: Browser, app: Flask, store: Store) -> None:
    cast, sent, reader = _town(store)
    with serving(app) as url:
        page = _page(browser, url, store, cast.okada, app)
        page.goto(f"/desk/handoffs/{sent}")
        page.get_by_role("link", name="電話番号を見る").click()
        expect(page.get_by_role("link", name="電話する 0590000111")).to_be_visible()
        look(page, "desk_telephone", of="intake/show_telephone.html", at=DESK)
        page.goto(f"/desk/handoffs/{sent}")
        page.get_by_role("link", name="だれが知らせたかを見る").click()
        page.get_by_label("理由").wait_for()
        look(page, "desk_reveal_new", of="intake/new_reveal.html", at=DESK)
        _asked_by_keyboard(page)
        expect(page.get_by_text("鈴木さん")).to_be_visible()
        look(page, "desk_reveal", of="intake/show_reveal.html", at=DESK)
        second = _page(browser, url, store, cast.kato, app)
        second.goto("/desk/reveals")
        look(second, "desk_reveals", of="intake/list_reveals.html", at=DESK)
        second.get_by_role("link", name="だれが知らせたかを見る").click()
        second.get_by_role("button", name="必要だった").press("Enter")
        expect(second.get_by_text("加藤さん 認めました")).to_be_visible()
        auditor = _page(browser, url, store, reader, app)
        auditor.goto("/audit/reveals")
        look(auditor, "audit_reveals", of="audit/reveals.html", at=DESK)
        for one in (page, second, auditor):
            one.context.close()
