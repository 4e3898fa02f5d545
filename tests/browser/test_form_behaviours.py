"""What the scripts add to a form that also works without them."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.browser.conftest import LONG
from tests.browser.stand import Stand


def open_page(page: Page, url: str) -> None:
    page.goto(url)
    expect(page.locator("html")).to_have_attribute("data-ready", "")


@pytest.fixture
def form(page: Page, stand: Stand) -> Page:
    open_page(page, f"{stand.url}/form")
    return page


def posted(stand: Stand, path: str) -> list[dict[str, list[str]]]:
    return [body for posted_path, body in stand.posts if posted_path == path]


def press_enter(page: Page, *, converting: bool) -> None:
    """The Enter key as the browser sees it, within a Japanese conversion or outside."""
    key = {"key": "Enter", "code": "Enter", "text": "\r"}
    code = {"windowsVirtualKeyCode": 229 if converting else 13}
    page.context.new_cdp_session(page).send(
        "Input.dispatchKeyEvent", {"type": "keyDown", **key, **code}
    )


def test_enter_that_ends_a_conversion_does_not_send_the_form(form: Page, stand: Stand) -> None:
    form.locator("#place").fill("ききょうがおか")
    press_enter(form, converting=True)
    form.locator("#place").press("End")
    assert posted(stand, "/form") == []
    press_enter(form, converting=False)
    form.wait_for_url("**/said/*")
    assert len(posted(stand, "/form")) == 1


def test_enter_while_composing_does_not_send_the_form(form: Page, stand: Stand) -> None:
    form.locator("#place").focus()
    form.context.new_cdp_session(form).send(
        "Input.imeSetComposition", {"text": "き", "selectionStart": 1, "selectionEnd": 1}
    )
    press_enter(form, converting=False)
    expect(form.locator("#place")).to_have_value("き")
    assert posted(stand, "/form") == []


def test_five_taps_on_send_are_one_note(form: Page, stand: Stand) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    form.route("**/form", hold)
    form.locator("#words").fill("三日前から")
    form.evaluate("""async () => {
      for (let tap = 0; tap < 5; tap++) {
        document.querySelector("form#note button").click();
        await new Promise((next) => setTimeout(next, 40));
      }
    }""")
    assert len(held) == 1
    held[0].continue_()
    form.wait_for_url("**/said/*")
    assert len(posted(stand, "/form")) == 1


@LONG
def test_a_page_taken_from_memory_can_be_sent_again(form: Page, stand: Stand) -> None:
    form.evaluate("""() => {
      addEventListener("submit", (event) => event.preventDefault(), { once: true });
      document.forms.note.requestSubmit();
      dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true }));
      document.forms.note.requestSubmit();
    }""")
    form.wait_for_url("**/said/*")
    assert len(posted(stand, "/form")) == 1


def test_a_sign_that_needs_a_telephone_shows_its_number_and_asks(form: Page) -> None:
    panel = form.locator("[data-call-first]")
    expect(panel).to_be_hidden()
    form.locator("input[value=cry]").check()
    expect(panel.get_by_role("link", name="189")).to_be_visible()
    expect(panel.get_by_role("link", name="188")).to_be_hidden()
    expect(panel.get_by_text("電話は、どうしましたか")).to_be_visible()
    form.locator("input[value=cry]").uncheck()
    expect(panel).to_be_hidden()


@LONG
def test_the_browser_is_told_to_remember_nothing_of_the_form(form: Page) -> None:
    for field in ("#place", "#words", "#wish"):
        expect(form.locator(field)).to_have_attribute("autocomplete", "off")


def test_the_receipt_code_has_the_check_digits_the_server_asks_for(form: Page) -> None:
    codes = set()
    for _ in range(20):
        form.evaluate("""() => {
          const input = document.querySelector("input[name=receipt]");
          input.value = "";
          const main = document.querySelector("script[type=module]").src;
          return import(new URL("behaviours/receipt.js", main)).then((m) => m.default(input));
        }""")
        codes.add(form.locator("input[name=receipt]").input_value())
    assert len(codes) == 20
    for code in codes:
        assert re.fullmatch(r"\d{18}", code)
        assert int(code[16:]) == 98 - (int(code[:16]) * 100 % 97)


def test_characters_are_counted_as_readers_count_them_and_never_cut(form: Page) -> None:
    words = form.locator("#words")
    line = form.locator("#words-count")
    words.fill("𠮷" * 15 + "葛󠄀👨‍👩‍👧")
    expect(line).to_have_text("あと3文字")
    words.fill("あ" * 23)
    expect(line).to_have_text(re.compile("3文字多いようです"))
    expect(words).to_have_value("あ" * 23)


def test_a_place_says_where_it_goes(form: Page) -> None:
    says = form.locator("#place-says")
    place = form.locator("#place")
    place.fill("518-0625")
    expect(says).to_have_text("→ 桔梗が丘まるごと相談室")
    place.fill("９９９９９９９")
    expect(says).to_have_text("?")
    place.fill("桔梗が丘1番町")
    expect(says).to_have_text("")
    place.blur()
    expect(says).to_have_text("→ 桔梗が丘まるごと相談室")
    place.fill("中町")
    place.blur()
    expect(says).to_have_text("")


@LONG
def test_what_a_place_says_moves_nothing_under_a_button_that_is_down(form: Page) -> None:
    says = form.locator("#place-says")
    height = form.evaluate("document.body.scrollHeight")
    form.locator("#place").fill("桔梗が丘1番町")
    form.locator("input[type=checkbox]").first.hover()
    with form.expect_response("**/api/v1/desks"):
        form.mouse.down()
    form.evaluate("fetch('/healthz').then((answer) => answer.json())")
    expect(says).to_have_text("")
    form.mouse.up()
    expect(says).to_have_text("→ 桔梗が丘まるごと相談室")
    expect(form.locator("input[type=checkbox]").first).to_be_checked()
    assert form.evaluate("document.body.scrollHeight") == height


@LONG
def test_a_place_answers_whoever_goes_on_by_keyboard(form: Page) -> None:
    asked: list[Route] = []
    form.route("**/api/v1/desks", lambda route: (asked.append(route), None)[1])
    form.locator("#place").fill("桔梗が丘1番町")
    with form.expect_request("**/api/v1/desks"):
        form.locator("input[type=checkbox]").first.focus()
    form.keyboard.down(" ")
    assert form.evaluate("Boolean(document.querySelector(':active'))")
    with form.expect_response("**/api/v1/desks"):
        asked.pop().continue_()
    form.keyboard.up(" ")
    expect(form.locator("#place-says")).to_have_text("→ 桔梗が丘まるごと相談室")


def test_a_place_is_asked_about_once_and_stands_in_no_address(form: Page) -> None:
    asked: list[str] = []
    form.on("request", lambda request: asked.append(request.url) if "desks" in request.url else 0)
    place, says = form.locator("#place"), form.locator("#place-says")
    for _ in range(2):
        place.fill("桔梗が丘1番町")
        place.blur()
        expect(says).to_have_text("→ 桔梗が丘まるごと相談室")
        form.evaluate("document.forms[0].dispatchEvent(new Event('input', { bubbles: true }))")
        place.press("End")
        place.press("x")
        expect(says).to_have_text("")
        # The browser tells of no change to what was typed and taken away again.
        place.press("Backspace")
        expect(says).to_have_text("→ 桔梗が丘まるごと相談室")
        place.fill("")
        place.blur()
        expect(says).to_have_text("")
    assert [url.partition("/api")[2] for url in asked] == ["/v1/desks"]


def test_the_quick_exit_leaves_nothing_to_go_back_to(form: Page, stand: Stand) -> None:
    open_page(form, f"{stand.url}/bare/none")
    form.get_by_role("link", name="この画面をすぐに閉じる").click()
    form.wait_for_url("**/closed")
    form.go_back()
    form.wait_for_url("**/form")


def test_an_invitation_leaves_the_address_before_it_is_sent(page: Page, stand: Stand) -> None:
    page.goto(f"{stand.url}/bare/join#Zx81-token")
    page.wait_for_url(f"{stand.url}/join")
    assert [body["token"] for body in posted(stand, "/join")] == [["Zx81-token"]]
    # A page that left before it had loaded has no place in the history at all.
    page.go_back()
    expect(page).to_have_url(re.compile(f"^(about:blank|{stand.url}/bare/join)$"))


def test_the_page_that_says_arrived_takes_the_focus(page: Page, stand: Stand) -> None:
    open_page(page, f"{stand.url}/said/1")
    expect(page.locator("h1")).to_be_focused()


def test_a_page_with_something_unsent_asks_before_it_is_left(page: Page, stand: Stand) -> None:
    open_page(page, f"{stand.url}/bare/memo")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.goto(f"{stand.url}/bare/none")
    assert asked == []
    open_page(page, f"{stand.url}/bare/memo")
    page.locator("textarea").press_sequentially("配達店に確認")
    page.goto(f"{stand.url}/bare/none")
    assert asked == ["beforeunload"]
    open_page(page, f"{stand.url}/bare/memo")
    page.locator("textarea").press_sequentially("配達店に確認")
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url("**/memo")
    assert asked == ["beforeunload"]


def test_without_javascript_the_form_posts_and_the_exit_leads_out(
    browser: Browser, stand: Stand
) -> None:
    context: BrowserContext = browser.new_context(java_script_enabled=False, locale="ja-JP")
    page = context.new_page()
    page.goto(f"{stand.url}/form")
    page.locator("#words").fill("三日前から")
    page.get_by_role("button", name="もう一度送る").click()
    page.wait_for_url("**/said/*")
    page.get_by_role("link", name="この画面をすぐに閉じる").click()
    page.wait_for_url("**/closed")
    assert len(posted(stand, "/form")) == 1
    context.close()


@LONG
def test_one_tap_changes_the_language_and_returns_to_the_page(form: Page) -> None:
    form.get_by_role("button", name="English").click()
    form.wait_for_url("**/form")
    expect(form.locator("html")).to_have_attribute("lang", "en")
    form.get_by_role("button", name="やさしい日本語").click()
    expect(form.locator("html")).to_have_attribute("data-words", "easy")
    expect(form.locator("ruby").first).to_be_visible()
