"""The desk's list by keyboard alone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.store import Store
from tests.browser.conftest import DESK, without_worker
from tests.browser.desk_town import DeskTown, settle
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.conftest import SetClock
from tests.support.live import serving

KEYS = Path(__file__).parents[2] / "pwa/scripts/behaviours/keys.js"


@pytest.fixture
def page(browser: Browser, app: Flask, store: Store, clock: SetClock) -> Iterator[Page]:
    with store.write() as session:
        desk_town: DeskTown = settle(session, clock.now)
    with serving(app) as url:
        context = without_worker(browser, url, DESK)
        let_in(context, url, store, desk_town.cast.okada, app)
        page = context.new_page()
        page.goto("/desk")
        expect(page.locator(".keys")).to_be_visible()
        yield page
        context.close()


def test_rows_are_walked_acknowledged_and_opened(page: Page) -> None:
    rows = page.locator(".job")
    before = rows.count()
    page.keyboard.press("a")
    for key, n in (("j", 0), ("j", 1), ("k", 0), ("k", 0), ("j", 1)):
        page.keyboard.press(key)
        expect(page.locator(".job__title a").nth(n)).to_be_focused()
    expect(rows).to_have_count(before)
    chosen, following, after_it = (
        page.locator(".job__title a").nth(n).get_attribute("href") for n in (1, 2, 3)
    )
    page.keyboard.press("a")
    expect(rows).to_have_count(before - 1)
    expect(page.locator(f".job a[href='{chosen}']")).to_have_count(0)
    expect(page.locator(f".job a[href='{following}']")).to_be_focused()
    page.keyboard.press("r")
    page.wait_for_url(f"**{following}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.keyboard.press("a")
    expect(page.locator(".undo")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    page.keyboard.press("l")
    expect(page.locator(f".job a[href='{after_it}']")).to_be_focused()


def test_a_key_typed_into_a_field_or_being_converted_does_nothing(page: Page) -> None:
    field = page.get_by_role("searchbox")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("?")
    expect(field).to_be_focused()
    expect(field).to_have_value("j?")
    expect(page.get_by_role("dialog")).to_be_hidden()
    page.locator("h1").click()
    converting = "document.body.dispatchEvent(new KeyboardEvent('keydown', {key: 'j', %s}))"
    page.evaluate(converting % "bubbles: true, isComposing: true")
    page.evaluate(converting % "bubbles: true, ctrlKey: true")
    expect(page.locator(".job a:focus")).to_have_count(0)
    page.evaluate(converting % "bubbles: true")
    expect(page.locator(".job__title a").first).to_be_focused()


def test_the_keys_are_listed_and_can_be_put_away(page: Page) -> None:
    page.keyboard.press("?")
    listed = page.get_by_role("dialog", name="キーボードで使う")
    expect(listed).to_contain_text("選んだ行を受け止める")
    known = re.findall(
        r"^\s+(\w|\"\S\"): |does\.(\w) =|does\[(\"\S\")\] =", KEYS.read_text(), re.MULTILINE
    )
    does = {"".join(groups).strip('"') for groups in known}
    # On a note's page: to the list, and to what can be done.
    assert set(listed.locator("kbd").all_inner_texts()) == does - {"l", "o"}
    look(page, "desk_keys", at=DESK)
    listed.get_by_label("文字のキーを使う").uncheck()
    listed.get_by_role("button", name="閉じる").click()
    page.keyboard.press("j")
    expect(page.locator(".job a:focus")).to_have_count(0)
    page.get_by_role("button", name="キーボードで使う").click()
    expect(listed.get_by_label("文字のキーを使う")).not_to_be_checked()


def test_the_list_is_narrowed_by_its_form(page: Page) -> None:
    page.get_by_text("この中からしぼる").click()
    page.get_by_label("急ぎ具合").select_option("memo")
    look(page, "desk_narrow", at=DESK)
    page.get_by_role("button", name="しぼる", exact=True).click()
    page.wait_for_url("**urgency=memo**")
    expect(page.locator(".job:not(.job--memo)")).to_have_count(0)
    expect(page.locator(".job--memo").first).to_be_visible()
    page.get_by_role("link", name="しぼりこみをやめる").click()
    expect(page.locator(".job:not(.job--memo)").first).to_be_visible()
