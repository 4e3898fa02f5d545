"""Coming in on a real phone: the link behind the QR code, the languages, and the pages."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from blueprints.operator import lan, network
from models.joining import set_password
from models.password import hash_password
from models.person import Person, Role
from models.store import Store
from tests.browser.conftest import LONG, ON_A_PHONE, without_worker
from tests.browser.looking import IN_EVERY_LANGUAGE, look
from tests.browser.note_town import let_in
from tests.conftest import SetClock
from tests.support.invitations import PASSWORD, personal, poster
from tests.support.mailbox import free_port
from tests.support.proofs import code_at, give_app
from tests.town import Cast

OPEN_PAGES = {
    "code": ("/join", "join/join.html"),
    "sign_in": ("/signin", "join/sign_in.html"),
    "about": ("/about", "about/about.html"),
}
HOLD_FIRST = """if (!sessionStorage.held) HTMLFormElement.prototype.requestSubmit = function () {
  sessionStorage.held = "once";
  globalThis.goOn = () => this.submit();
};"""


@pytest.fixture(params=ON_A_PHONE)
def context(browser: Browser, request: pytest.FixtureRequest, url: str) -> Iterator[BrowserContext]:
    context = without_worker(browser, url, request.param)
    yield context
    context.close()


def test_the_link_of_a_poster_leads_to_the_form_and_leaves_no_token_behind(
    page: Page, url: str, store: Store, cast: Cast
) -> None:
    told = poster(store, cast.kitamachi)
    page.goto(f"{url}/join#{told.token}")
    page.get_by_label("お名前").fill("はな")
    assert told.token not in page.url
    page.go_back()
    assert told.token not in page.url
    page.goto(f"{url}/join#{told.token}")
    page.get_by_label("お名前").fill("はな")
    page.get_by_role("button", name="はじめる").click()
    page.wait_for_url("**/notes/new")


@LONG
def test_one_tap_on_a_language_keeps_the_invitation(
    page: Page, url: str, store: Store, cast: Cast
) -> None:
    told = poster(store, cast.kitamachi)
    page.add_init_script(HOLD_FIRST)
    page.goto(f"{url}/join#{told.token}")
    page.wait_for_function("() => globalThis.goOn")
    # So early a tap must not take the page away before the token was sent.
    page.get_by_role("button", name="English").first.click()
    page.evaluate("() => globalThis.goOn()")
    expect(page.get_by_role("heading", name="はじめまして")).to_be_visible()
    page.get_by_role("button", name="English").first.click()
    expect(page.get_by_label("Your name")).to_be_visible()
    expect(page.get_by_role("radio", name="English")).to_be_checked()
    assert told.token not in page.url
    page.get_by_label("Your name").fill("Ana")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/notes/new")
    assert page.locator("html").get_attribute("lang") == "en"


def test_the_twelve_digits_let_in_without_a_script(
    browser: Browser, url: str, store: Store, cast: Cast
) -> None:
    told = personal(store, area=cast.kitamachi)
    context = browser.new_context(java_script_enabled=False, base_url=url, locale="ja-JP")
    page = context.new_page()
    page.goto("/join")
    page.get_by_label("紙に書いてある12けたの番号").fill(f"{told.code[:4]} {told.code[4:]}")
    page.get_by_role("button", name="番号ではじめる").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("森さんですか")
    page.get_by_label("別に受け取った4けたの数字").fill(told.digits)
    page.get_by_role("button", name="はじめる").click()
    page.get_by_role("link", name="あとで答える").click()
    page.wait_for_url("**/notes/new")
    context.close()


@pytest.mark.parametrize("locale", IN_EVERY_LANGUAGE)
def test_every_page_of_coming_in_is_clean(
    context: BrowserContext, url: str, store: Store, cast: Cast, locale: str
) -> None:
    context.add_cookies([{"name": "kizuki_language", "value": locale, "url": url}])
    page = context.new_page()
    invited = {
        "poster": poster(store, cast.kitamachi),
        "commissioner": personal(store, area=cast.kitamachi),
        "staff": personal(store, Role.STAFF, desk=cast.north_desk),
    }
    for name, (path, of) in OPEN_PAGES.items():
        page.goto(path)
        look(page, f"join_{name}_{locale}", of=of)
    for name, told in invited.items():
        page.goto("/about")
        page.goto(f"/join#{told.token}")
        page.locator("form[action='/join'] button").wait_for()
        look(page, f"join_{name}_{locale}", of="join/welcome.html")
        page.locator("form[action='/join'] button").click()
        page.get_by_role("alert").wait_for()
        look(page, f"join_{name}_refused_{locale}")


@pytest.mark.parametrize("locale", IN_EVERY_LANGUAGE)
def test_a_second_scan_finds_one_in_and_somebody_else_comes_in_by_choice(
    context: BrowserContext, url: str, store: Store, cast: Cast, locale: str
) -> None:
    context.add_cookies([{"name": "kizuki_language", "value": locale, "url": url}])
    page, told = context.new_page(), poster(store, cast.kitamachi)
    for name in ("はな", "そら"):
        page.goto("/about")
        page.goto(f"/join#{told.token}")
        if name == "そら":
            page.get_by_role("heading", level=2).wait_for()
            look(page, f"join_already_{locale}", of="join/already.html")
            page.locator("button[name='anew']").click()
        page.locator("[name='name']").fill(name)
        page.locator("form[action='/join'] button").click()
        page.wait_for_url("**/notes/new")
    page.goto("/settings")
    expect(page.locator("[name='name']")).to_have_value("そら")


@pytest.mark.parametrize("locale", IN_EVERY_LANGUAGE)
def test_what_was_typed_before_the_session_ended_goes_on_over_clean_pages(
    context: BrowserContext,
    url: str,
    store: Store,
    cast: Cast,
    app: Flask,
    clock: SetClock,
    locale: str,
) -> None:
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        set_password(session, okada, hash_password(PASSWORD), clock.now)
        okada.language = locale
    secret = give_app(store, cast.okada)
    context.add_cookies([{"name": "kizuki_language", "value": locale, "url": url}])
    let_in(context, url, store, cast.okada, app)
    page = context.new_page()
    page.goto("/settings")
    page.locator("[name=name]").fill("岡田 花")
    clock.forward(minutes=31)
    page.locator("form[action='/settings/name'] button").click()
    page.locator("[name=email]").fill("okada@misaki.example")
    look(page, f"join_sign_in_again_{locale}")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form[action='/signin'] button.button--main").click()
    page.locator("[name=code]").fill(code_at(secret, clock.now))
    look(page, f"join_second_code_{locale}", of="join/second_step.html")
    page.locator("form[action='/signin/second'] button.button--main").click()
    page.locator("form[action='/settings/name']").wait_for()
    look(page, f"join_go_on_{locale}", of="join/go_on.html")


@LONG
def test_the_page_that_helps_phones_to_trust_this_machine_is_clean(
    context: BrowserContext, app: Flask, tmp_path: Path
) -> None:
    authority, port = tmp_path / "ca.crt", free_port()
    authority.touch()
    with app.app_context():
        pages = network._trust_pages(authority, "https://town.local:8000")
    page = context.new_page()
    with lan.helping("127.0.0.1", port, pages):
        page.goto(f"http://127.0.0.1:{port}/")
        look(page, "trust", of="operator/trust.html")
