"""The bar for a lost signal says that words are kept only where they are."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import LONG
from tests.browser.note_town import NoteTown
from tests.browser.outbox import lose_signal, put, until_arrived, until_registered
from tests.town import Cast

KEPT = "書いたものは、この電話に保管しています。"


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


def bar_without_signal(page: Page, address: str) -> Locator:
    """The bar of a page whose signal went once it stood."""
    page.goto(address)
    until_registered(page)
    lose_signal(page)
    bar = page.locator('[data-bar="offline"]')
    expect(bar.get_by_text("圏外です。")).to_be_visible()
    return bar


@pytest.mark.parametrize("path", ["settings", "receipts", "notes", "join", "about"])
def test_a_page_that_keeps_nothing_says_only_that_there_is_no_signal(
    own: Page, url: str, path: str
) -> None:
    bar = bar_without_signal(own, f"{url}/{path}")
    expect(bar.get_by_text(KEPT)).to_be_hidden()
    put(own, "それでも保管したもの")
    expect(bar.get_by_text(KEPT)).to_be_visible()
    own.context.set_offline(False)
    until_arrived(own, 1)
    expect(bar.get_by_text(KEPT)).to_be_hidden()
    lose_signal(own)
    expect(bar).to_be_visible()
    expect(bar.get_by_text(KEPT)).to_be_hidden()
    own.context.set_offline(False)


def test_where_a_note_or_an_answer_is_written_it_says_that_words_are_kept(
    own: Page, url: str, note_town: NoteTown
) -> None:
    for path in ("notes/new", f"notes/{note_town.asked}"):
        bar = bar_without_signal(own, f"{url}/{path}")
        expect(bar.get_by_text(KEPT)).to_be_visible()
        own.context.set_offline(False)


@LONG
def test_while_something_waits_without_signal_a_private_window_is_told_to_stay_open(
    own: Page, url: str
) -> None:
    private = own.get_by_text("シークレットやプライベートの画面では")
    own.goto(f"{url}/notes/new")
    until_registered(own)
    lose_signal(own)
    expect(private).to_be_hidden()
    own.locator("#words").fill("雨戸が閉まったままです。")
    own.get_by_role("button", name="窓口に送る").click()
    expect(private).to_be_visible()
    own.context.set_offline(False)
    until_arrived(own, 1)
    expect(private).to_have_count(0)
    own.goto(f"{url}/notes")
    until_registered(own)
    lose_signal(own)
    expect(private).to_be_hidden()
    put(own, "電波を待つもの")
    expect(private).to_be_visible()
    own.context.set_offline(False)
    expect(private).to_be_hidden()
