"""A draft's half lies in a file of its own, which goes with it: a copied profile has it no more."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.note_town import let_in
from tests.browser.outbox import MODULE, until, until_registered
from tests.browser.profile import files_with, found_in, kill, opened
from tests.browser.stand import Stand
from tests.browser.test_contact import CONTACT_NOW
from tests.browser.test_drafts import IS_GONE, NO_HALF, ROWS, SEALED, STORE, open_form
from tests.browser.test_drafts import type_a_draft as type_words
from tests.browser.test_lost_phone import end, key_of
from tests.town import Cast

TYPED = "三日前から朝刊が抜かれていません。"
HALVES = """async () => {
  const kept = await (await caches.open("drafts")).matchAll();
  return Promise.all(kept.map(async (one) => Array.from(new Uint8Array(await one.arrayBuffer()))));
}"""
COUNT = "async (count) => (await (await caches.open('drafts')).keys()).length === count"
KEPT = f"async () => (await {MODULE % 'store'}).all('drafts')"
Phone = Callable[[BrowserContext, uuid.UUID], Page]


@pytest.fixture
def on_form(url: str, store: Store, app: Flask) -> Phone:
    """The note form of somebody who signed in."""

    def go(context: BrowserContext, person: uuid.UUID) -> Page:
        context.clear_cookies()
        let_in(context, url, store, person, app)
        page = context.new_page()
        page.goto(f"{url}/notes/new")
        until_registered(page)
        return page

    return go


def type_a_draft(page: Page, words: str = TYPED, count: int = 1) -> None:
    page.locator("#words").fill(words)
    until(
        page,
        f"async (count) => (await ({KEPT})()).filter(([, one]) => one.half).length === count",
        count,
    )


def half(page: Page) -> bytes:
    """The one half that this phone has."""
    (found,) = page.evaluate(HALVES)
    assert len(found) == 32
    return bytes(found)


@pytest.mark.parametrize("way", ["Send", "sign-out"])
def test_no_half_of_what_was_written_is_on_the_disk_after(
    browser: Browser, cast: Cast, on_form: Phone, tmp_path: Path, way: str
) -> None:
    kind, profile = browser.browser_type, tmp_path / "profile"
    with opened(kind, profile) as context:
        page = on_form(context, cast.suzuki)
        type_a_draft(page)
        own = half(page)
        kill(profile)
    assert files_with(profile, own)
    assert found_in(profile, TYPED) == []
    with opened(kind, profile) as context:
        page = on_form(context, cast.suzuki)
        expect(page.locator("#words")).to_have_value(TYPED)
        assert half(page) == own
        if way == "Send":
            page.get_by_role("button", name="窓口に送る").click()
            expect(page.get_by_text("届きました", exact=True)).to_be_visible()
        else:
            page.goto(page.url.replace("/notes/new", "/settings"))
            page.locator('form[action="/signout"] button').click()
            page.wait_for_url(lambda there: "/settings" not in there)
        until(page, COUNT, 0)
        kill(profile)
    assert files_with(profile, own) == []
    assert found_in(profile, TYPED) == []


@LONG
def test_a_phone_that_is_shut_off_keeps_no_half_but_that_of_what_another_is_writing(
    phone: BrowserContext, cast: Cast, store: Store, on_form: Phone
) -> None:
    first = on_form(phone, cast.suzuki)
    type_a_draft(first)
    lost = key_of(first)
    first.close()
    page = on_form(phone, cast.nakamura)
    type_a_draft(page, "中村が書いているもの", 2)
    until(page, COUNT, 2)
    end(store, cast, lost)
    page.evaluate(CONTACT_NOW)
    until(page, COUNT, 1)
    page.reload()
    expect(page.locator("#words")).to_have_value("中村が書いているもの")


@LONG
def test_a_draft_whose_half_is_gone_is_not_offered_and_the_next_is_kept(
    page: Page, stand: Stand
) -> None:
    open_form(page, stand)
    type_words(page, "きのうの夜の続き")
    page.evaluate("() => caches.delete('drafts')")
    open_form(page, stand)
    expect(page.locator("#words")).to_have_value("")
    expect(page.locator("[data-draft-line]")).to_be_hidden()
    page.locator("#words").fill("べつの家のこと")
    until(page, f"async () => (await ({ROWS})()).length === 2")
    open_form(page, stand)
    expect(page.locator("#words")).to_have_value("べつの家のこと")


@LONG
def test_what_is_typed_on_where_another_tab_sent_the_draft_is_kept(
    page: Page, phone: BrowserContext, stand: Stand
) -> None:
    open_form(page, stand)
    type_words(page)
    other = phone.new_page()
    open_form(other, stand)
    other.get_by_role("button", name="もう一度送る").click()
    other.wait_for_url("**/said/*")
    until(other, IS_GONE)
    until(other, NO_HALF)
    type_words(page, "あとから思い出したこと")
    open_form(page, stand)
    expect(page.locator("#words")).to_have_value("あとから思い出したこと")


def test_a_draft_at_rest_is_ciphertext_under_a_key_that_cannot_leave(
    page: Page, stand: Stand
) -> None:
    open_form(page, stand)
    type_words(page, "readable words")
    assert "readable" not in page.evaluate(SEALED)
    extractable = page.evaluate(
        f"async () => (await (await {STORE}).get('keys', 'draft')).extractable"
    )
    assert extractable is False
