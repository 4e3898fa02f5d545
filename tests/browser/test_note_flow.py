"""The reporter's door in a real browser: with its scripts, and without any."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.store import Store
from tests.browser.conftest import PHONE
from tests.browser.note_town import let_in
from tests.support.notes import last_thread
from tests.town import Cast

SHOTS = os.environ.get("SHOTS")


@pytest.fixture
def plain_page(browser: Browser) -> Iterator[Page]:
    """A phone on which no script runs."""
    context = browser.new_context(viewport=PHONE, locale="ja-JP", java_script_enabled=False)
    yield context.new_page()
    context.close()


@pytest.fixture
def form(page: Page, url: str, cast: Cast, store: Store, app: Flask) -> Page:
    """The note form of suzuki."""
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(f"{url}/notes/new")
    _ready(page)
    return page


def _shot(page: Page, name: str) -> None:
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}.png", full_page=True)


def _ready(page: Page) -> None:
    page.wait_for_selector("html[data-ready]")


def test_a_sign_and_send_are_enough(
    page: Page, url: str, cast: Cast, store: Store, app: Flask
) -> None:
    let_in(page.context, url, store, cast.suzuki, app)
    page.goto(url)
    _ready(page)
    page.get_by_label("最近見かけない").check()
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("教えてくれて、ありがとうございます")
    expect(page.get_by_role("heading", name="お返事の受け取り方")).to_be_visible()
    _ready(page)
    _shot(page, "flow_first_sent")
    assert Axe().run(page).violations_count == 0
    page.get_by_label("電話で聞く").check()
    expect(page.get_by_label("電話番号", exact=True)).to_be_visible()
    page.get_by_label("電話番号", exact=True).fill("09012345678")
    page.get_by_role("button", name="この受け取り方にする").click()
    page.wait_for_url("**/notes")


def test_a_sign_of_danger_shows_its_number_before_anything_is_sent(form: Page) -> None:
    panel = form.locator("[data-call-first]")
    expect(panel).to_be_hidden()
    form.get_by_label("子ども", exact=True).check()
    form.get_by_label("あざ・やけどがある").check()
    expect(panel.get_by_text("189")).to_be_visible()
    expect(panel.locator('[data-number="110"]')).to_be_hidden()
    expect(panel.get_by_text("書いても、電話のかわりにはなりません。")).to_be_visible()
    form.get_by_role("link", name="この心配は、電話が先です。").click()
    expect(panel.get_by_text("189")).to_be_in_viewport()
    _shot(form, "flow_call_first")
    panel.get_by_label("電話した", exact=True).check()
    form.get_by_role("button", name="窓口に送る").click()
    expect(form.get_by_text("届きました", exact=True)).to_be_visible()
    expect(form.get_by_text("電話は、どうしましたか")).to_have_count(0)


def test_the_sentence_of_secrecy_follows_the_choice(form: Page) -> None:
    hidden = form.get_by_text("だれが書いたかは、ご本人にも、ご近所にも伝えません。")
    shown = form.get_by_text("あなたの名前は、窓口の人だけに伝わります。")
    expect(hidden).to_be_visible()
    expect(shown).to_be_hidden()
    form.get_by_text("もう少しくわしく").click()
    form.get_by_label("窓口に伝える", exact=True).check()
    expect(shown).to_be_visible()
    expect(hidden).to_be_hidden()


def test_what_is_missing_takes_the_focus_and_leads_to_its_field(form: Page) -> None:
    form.get_by_role("button", name="窓口に送る").click()
    summary = form.get_by_role("alert").filter(has_text="教えてください")
    expect(summary).to_be_focused()
    _ready(form)
    _shot(form, "flow_missing")
    assert Axe().run(form).violations_count == 0
    summary.get_by_role("link").click()
    expect(form.locator("#words")).to_be_in_viewport()


def test_without_an_account_the_page_makes_the_code(
    page: Page, url: str, cast: Cast, store: Store
) -> None:
    page.goto(f"{url}/desks/{cast.north_desk}/note")
    _ready(page)
    made = page.locator('input[name="receipt"]').input_value()
    assert len(made) == 18
    page.locator("#words").fill("新聞がたまっています。")
    page.get_by_role("button", name="窓口に送る").click()
    shown = page.locator(".receipt")
    expect(shown).to_have_text(" ".join(made[n : n + 4] for n in range(0, 18, 4)))
    _ready(page)
    _shot(page, "flow_code")
    assert Axe().run(page).violations_count == 0
    page.get_by_role("link", name="書きとめました").click()
    page.get_by_role("textbox", name="控え番号").fill(made)
    page.get_by_role("button", name="お返事を読む").click()
    expect(page.get_by_text("新聞がたまっています。")).to_be_visible()
    assert made not in page.url


def test_without_scripts_a_note_goes_and_the_call_is_asked_about_afterwards(
    plain_page: Page, url: str, cast: Cast, store: Store
) -> None:
    page = plain_page
    page.goto(f"{url}/notes/new")
    page.get_by_label("どこのことですか").fill("北町")
    page.locator("#group-child summary").click()
    page.get_by_label("泣き声・たたく音").check()
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text("189")).to_be_visible()
    expect(page.locator(".receipt")).to_be_visible()
    _shot(page, "flow_no_script")
    page.get_by_label("電話した", exact=True).check()
    page.get_by_role("button", name="電話のようすを伝える").click()
    expect(page.get_by_text("電話しました。")).to_be_visible()
    with store.read() as session:
        assert last_thread(session).handoff.desk_id == cast.core
