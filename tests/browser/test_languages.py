"""A tap on a language where a form came back, in a real browser: with scripts and without."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from models.person import Person
from models.store import Store
from tests.browser.conftest import DESK, LONG
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.browser.outbox import LIST, items, until, until_registered
from tests.browser.test_drafts import IS_KEPT, wait_until
from tests.browser.test_photos import pick, row
from tests.support.invitations import poster
from tests.support.notes import notes
from tests.town import Cast

__all__ = ["row"]

NARROW = {"width": 360, "height": 740}
POSTED = "() => HTMLFormElement.prototype.submit.call(document.getElementById('note'))"
NUMBER = "番号は 123456789018 です"
TYPED = "𠮷田さん、髙橋さん👵🏽 " + NUMBER
TOO_MUCH = """() => {
  const form = Object.assign(document.createElement('form'), { method: 'post' });
  const much = Object.assign(document.createElement('input'), { name: 'code' });
  form.action = '/receipts';
  much.value = 'あ'.repeat(2e6);
  form.append(much);
  document.body.append(form);
  form.submit();
}"""
SHOWN = "() => document.documentElement.lang"


def english(page: Page) -> None:
    """One tap, and the page that comes."""
    page.get_by_role("button", name="English").first.click()
    expect(page.locator("html")).to_have_attribute("lang", "en")


@pytest.fixture
def form(page: Page, phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask) -> Page:
    """A note that its server gave back, on Suzuki's phone."""
    let_in(phone, url, store, cast.suzuki, app)
    page.set_viewport_size(NARROW)
    page.goto(f"{url}/notes/new")
    until_registered(page)
    page.locator("#words").fill(TYPED)
    page.evaluate(POSTED)
    expect(page.locator("form[data-returned]")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    return page


@pytest.fixture
def plain(browser: Browser, url: str, cast: Cast) -> Iterator[Page]:
    """A phone whose browser runs no scripts."""
    context = browser.new_context(
        base_url=url, locale="ja-JP", viewport=NARROW, java_script_enabled=False
    )
    yield context.new_page()
    context.close()


def test_a_note_that_came_back_is_neither_lost_nor_sent(form: Page, store: Store) -> None:
    form.locator("#words").fill(f"{TYPED}と、もう一言")
    look(form, "came_back_ja", of="note/form.html", at=NARROW)
    english(form)
    expect(form.locator("#words")).to_have_value(f"{TYPED}と、もう一言")
    expect(form.get_by_role("alert").filter(has_text="My Number")).to_be_visible()
    look(form, "came_back_en", of="note/form.html", at=NARROW)
    assert items(form) == []
    assert notes(store) == 0


@LONG
def test_its_draft_is_there_after_the_tap(form: Page) -> None:
    english(form)
    form.locator("#words").fill("All of it, once more")
    wait_until(form, IS_KEPT)
    form.reload()
    expect(form.locator("#words")).to_have_value("All of it, once more")
    assert form.evaluate(SHOWN) == "en"


def test_put_right_it_goes_by_its_own_button(form: Page, store: Store) -> None:
    english(form)
    form.locator("#words").fill("Her newspapers are still in the box")
    form.locator(".sendbar button").click()
    expect(form.get_by_role("heading", level=1)).to_be_focused()
    until(form, f"async () => (await ({LIST})()).every(({{ state }}) => state === 'arrived')")
    assert notes(store) == 1


@LONG
def test_enter_in_a_field_that_came_back_sends_it(
    page: Page, phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    let_in(phone, url, store, cast.suzuki, app)
    page.goto(f"{url}/settings")
    page.locator("#name").fill("　")
    page.locator("#name").press("Enter")
    expect(page.locator("[aria-invalid]#name")).to_be_visible()
    page.locator("#name").fill("すずこ")
    english(page)
    expect(page.locator("[name=name]")).to_have_value("すずこ")
    look(page, "not_sent_en", of="error.html")
    page.locator("[name=name]").press("Enter")
    page.wait_for_url("**/settings?done=saved")
    with store.read() as session:
        assert session.get_one(Person, cast.suzuki).name == "すずこ"


def test_without_scripts_the_receipt_code_stands_in_every_language(
    plain: Page, store: Store, cast: Cast
) -> None:
    plain.goto(f"/desks/{cast.north_desk}/note")
    plain.locator("#words").fill(TYPED)
    plain.locator(".sendbar button").click()
    english(plain)
    expect(plain.locator("#words")).to_have_value(TYPED)
    plain.locator("#words").fill("Nobody at home")
    plain.locator(".sendbar button").click()
    code = plain.locator(".receipt").inner_text()
    plain.get_by_role("button", name="日本語", exact=True).click()
    expect(plain.get_by_role("heading", name="控え番号")).to_be_visible()
    expect(plain.locator(".receipt")).to_have_text(code)
    assert urlsplit(plain.url).query == ""
    assert notes(store) == 1


def test_who_joins_keeps_the_name_that_was_typed(
    page: Page, url: str, store: Store, cast: Cast
) -> None:
    told = poster(store, cast.kitamachi)
    page.goto(f"{url}/join#{told.token}")
    page.get_by_label("お名前").fill("Ana")
    english(page)
    expect(page.get_by_label("Your name")).to_have_value("Ana")
    expect(page.get_by_role("radio", name="English")).to_be_checked()
    page.get_by_label("Your name").press("Enter")
    page.wait_for_url("**/notes/new")


@LONG
def test_a_body_beyond_every_size_is_found_again_behind_its_languages(
    page: Page, url: str, cast: Cast
) -> None:
    page.goto(f"{url}/desks")
    page.evaluate(TOO_MUCH)
    expect(page.get_by_role("button", name="前の画面に戻る")).to_be_visible()
    english(page)
    look(page, "too_large_en", of="error.html")
    page.locator("[data-behaviour=back]").click()
    page.wait_for_url("**/desks")


@LONG
def test_an_invitations_sheet_at_the_office(
    browser: Browser, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    context = browser.new_context(base_url=url, locale="ja-JP", viewport=DESK)
    let_in(context, url, store, cast.yamamoto, app)
    page = context.new_page()
    page.goto("/office/invitations/new?kind=personal")
    page.locator("#area").select_option(str(cast.north))
    page.locator("#name").fill("森")
    page.get_by_role("button", name="招待の紙を出す").click()
    page.get_by_text("この紙は、いま一度だけ出ます。").wait_for()
    told = page.locator(".sheet__code").all_inner_texts()
    look(page, "sheet_ja", of="office/sheet.html", at=DESK)
    english(page)
    assert page.locator(".sheet__code").all_inner_texts() == told
    look(page, "sheet_en", of="office/sheet.html", at=DESK)
    page.set_viewport_size(NARROW)
    look(page, "sheet_en", of="office/sheet.html", at=DESK)
    context.close()


@LONG
def test_chosen_photos_are_told_of_before_a_language_takes_them(row: Locator, page: Page) -> None:
    pick(row, "large")
    expect(row.get_by_role("img")).to_have_count(1)
    page.get_by_role("button", name="English").click()
    expect(row.get_by_role("status")).to_contain_text("えらんだ写真はここからはずれます")
    look(page, "photos_and_language")
    english(page)
