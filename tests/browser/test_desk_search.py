"""The desk's search by keyboard, by tap and without JavaScript; nothing of it stays behind."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.store import Store
from tests.browser.conftest import DESK, LONG, PHONE
from tests.browser.desk_town import DeskTown
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.profile import found_in, opened
from tests.browser.test_desk_pages import desk_town, page
from tests.browser.test_posted_pages import until_on_disk
from tests.support.live import serving

__all__ = ["desk_town", "page"]

FOUND = "intake/list_found.html"


def come_in(page: Page, app: Flask, store: Store, desk_town: DeskTown) -> None:
    page.goto("/desks")
    let_in(page.context, page.url, store, desk_town.cast.okada, app)
    page.goto("/desk")
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def ask(page: Page, typed: str) -> None:
    page.get_by_role("searchbox").fill(typed)
    page.get_by_role("button", name="さがす", exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def test_a_note_is_found_and_opened_and_axe_finds_nothing(
    page: Page, app: Flask, store: Store, desk_town: DeskTown
) -> None:
    come_in(page, app, store, desk_town)
    ask(page, "竹内　")
    expect(page.get_by_text("見つかりませんでした")).to_be_visible()
    look(page, "desk_search_none", of=FOUND, at=DESK)
    ask(page, "北町 1-2 朝刊")
    expect(page.get_by_text("1件ありました")).to_be_visible()
    look(page, "desk_search", of=FOUND, at=DESK)
    ask(page, "北町")
    look(page, "desk_search_district", of=FOUND, at=DESK)
    ask(page, " ")
    expect(page.get_by_text("さがす言葉を入れてください。")).to_be_visible()
    look(page, "desk_search_empty", of=FOUND, at=DESK)
    ask(page, "タケウチさん")
    page.locator(".job__title a").click()
    page.wait_for_url(f"**/desk/handoffs/{desk_town.waiting}")
    page.go_back()
    expect(page.get_by_role("searchbox")).to_be_visible()
    assert page.evaluate("location.pathname") == "/desk/search"


def test_by_keyboard_alone(page: Page, app: Flask, store: Store, desk_town: DeskTown) -> None:
    come_in(page, app, store, desk_town)
    page.keyboard.press("/")
    page.keyboard.type("朝刊")
    page.keyboard.press("Enter")
    page.wait_for_url("**/desk/search?**")
    expect(page.get_by_role("status").filter(has_text="1件ありました")).to_be_focused()
    page.keyboard.press("/")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.press("Escape")
    page.get_by_role("heading", level=1).click()
    for key in ("j", "r"):
        page.keyboard.press(key)
    page.wait_for_url(f"**/desk/handoffs/{desk_town.waiting}")


@LONG
def test_without_javascript(
    browser: Browser, app: Flask, store: Store, desk_town: DeskTown
) -> None:
    with serving(app) as url:
        context = browser.new_context(
            viewport=PHONE, locale="ja-JP", base_url=url, java_script_enabled=False
        )
        let_in(context, url, store, desk_town.cast.okada, app)
        page = context.new_page()
        page.goto("/desk")
        page.get_by_role("searchbox").fill("朝刊")
        page.get_by_role("button", name="さがす", exact=True).click()
        expect(page.locator(".job")).to_have_count(1)
        context.close()


def test_the_question_stands_nowhere_in_the_browsers_profile(
    browser: Browser, app: Flask, store: Store, desk_town: DeskTown, tmp_path: Path
) -> None:
    profile, canary = tmp_path / "profile", "金糸雀花子"
    with serving(app) as url, opened(browser.browser_type, profile) as context:
        let_in(context, url, store, desk_town.cast.okada, app)
        page = context.new_page()
        page.goto(f"{url}/desk")
        ask(page, canary)
        expect(page.get_by_text("見つかりませんでした")).to_be_visible()
        until_on_disk(page, profile, url)
    assert found_in(profile, canary) == []
