"""A page that answers a form leaves nothing of it in session files, and loses no words."""

from __future__ import annotations

from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.store import Store
from tests.browser.note_town import let_in
from tests.browser.outbox import until_whole
from tests.browser.profile import found_in, kill, opened
from tests.browser.test_drafts import IS_KEPT, wait_until
from tests.browser.test_note_kept import FAULTS
from tests.town import Cast

CANARIES = ("金糸雀花子", "カナリヤハナコ", "kanariyahanako", "0598-77-3311")
TYPED = "、".join(CANARIES)
POSTED = "() => document.getElementById('note').submit()"
REFUSED = "番号は 123456789018 です"
SEEN = "対照の言葉"


def stands(page: Page) -> None:
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def type_everywhere(page: Page) -> None:
    """Into every field of the form."""
    page.locator("#words").fill(TYPED)
    page.locator("#place").fill(TYPED)
    page.locator("#more summary").click()
    for field in ("called", "wish", "place_detail", "not_to"):
        page.locator(f"#{field}").fill(TYPED)
    page.get_by_label("電話でもよい").check()
    page.locator("#telephone").fill(CANARIES[-1])


def until_on_disk(page: Page, profile: Path, url: str) -> None:
    """Until the browser has written where this page is, and what stood there before."""
    page.goto(f"{url}/about#{SEEN}")
    while not found_in(profile / "Default" / "Sessions", SEEN):
        page.evaluate("() => new Promise(requestAnimationFrame)")


def test_neither_code_nor_words_stand_in_the_profile_after_pages_that_were_posted(
    browser: Browser, url: str, cast: Cast, tmp_path: Path
) -> None:
    profile, form = tmp_path / "profile", f"{url}/notes/new"
    with opened(browser.browser_type, profile) as context:
        page = context.new_page()
        page.goto(form)
        until_whole(page)
        type_everywhere(page)
        code = page.locator('input[name="receipt"]').input_value()
        page.get_by_role("button", name="窓口に送る").click()
        expect(page.get_by_text("届きました", exact=True)).to_be_visible()
        for typed, status in ((code, 200), (CANARIES[-1], 422)):
            page.goto(f"{url}/receipts")
            stands(page)
            page.get_by_label("控え番号").fill(typed)
            with page.expect_response(lambda answer: answer.request.method == "POST") as answer:
                page.get_by_role("button", name="お返事を読む").click()
            assert answer.value.status == status
            stands(page)
        storeless = context.new_page()
        storeless.add_init_script(FAULTS["no database"])
        storeless.goto(form)
        stands(storeless)
        type_everywhere(storeless)
        storeless.locator("#wish").fill(REFUSED)
        other = storeless.locator('input[name="receipt"]').input_value()
        storeless.evaluate(POSTED)
        expect(storeless.locator("form[data-returned]")).to_be_visible()
        stands(storeless)
        until_on_disk(page, profile, url)
        kill(profile)
    assert found_in(profile, code, other, *CANARIES) == []


def test_words_that_came_back_are_there_after_a_reload(
    page: Page, phone: BrowserContext, url: str, cast: Cast, store: Store, app: Flask
) -> None:
    let_in(phone, url, store, cast.suzuki, app)
    page.goto(f"{url}/notes/new")
    stands(page)
    page.locator("#words").fill(TYPED)
    page.evaluate("() => { document.getElementById('place')?.remove(); }")
    page.evaluate(
        "() => { document.getElementById('words').value += ' 番号は 123456789018 です'; }"
    )
    page.evaluate(POSTED)
    expect(page.locator("form[data-returned]")).to_be_visible()
    stands(page)
    assert page.url == f"{url}/notes/new"
    page.locator("#words").fill(TYPED + "と、もう一言")
    wait_until(page, IS_KEPT)
    page.reload()
    expect(page.locator("#words")).to_have_value(TYPED + "と、もう一言")


def test_back_to_a_thread_that_a_code_opened_asks_for_the_code(
    page: Page, url: str, cast: Cast
) -> None:
    page.goto(f"{url}/desks/{cast.north_desk}/note")
    until_whole(page)
    code = page.locator('input[name="receipt"]').input_value()
    page.locator("#words").fill("三日前から")
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_text("届きました", exact=True)).to_be_visible()
    page.goto(f"{url}/receipts")
    stands(page)
    page.get_by_label("控え番号").fill(code)
    page.get_by_role("button", name="お返事を読む").click()
    expect(page.locator(".thread")).to_be_visible()
    stands(page)
    for again in (page.reload, lambda: (page.goto(f"{url}/about"), page.go_back())):
        again()
        expect(page.get_by_label("控え番号")).to_be_visible()
        expect(page.locator(".thread")).to_have_count(0)
        assert page.url == f"{url}/receipts"
