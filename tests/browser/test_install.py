"""Onto the home screen: each browser its own way, asked for by nobody but the person."""

from __future__ import annotations

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.store import Store
from tests.browser.conftest import PHONE
from tests.browser.looking import IN_EVERY_LANGUAGE, look
from tests.browser.note_town import let_in
from tests.support.invitations import personal
from tests.town import Cast

ANDROID = "Mozilla/5.0 (Linux; Android 15; wv) AppleWebKit/537.36 Version/4.0 Chrome/140 {}"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {}Safari/604.1"
OFFER = """() => {
  const event = new Event("beforeinstallprompt", { cancelable: true });
  event.prompt = async () => { globalThis.asked = true; };
  dispatchEvent(event);
  return event.defaultPrevented;
}"""


def settings_as(context: BrowserContext, url: str, store: Store, cast: Cast, app: Flask) -> Page:
    let_in(context, url, store, cast.suzuki, app)
    page = context.new_page()
    page.goto(f"{url}/settings")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    return page


def test_where_the_browser_offers_it_one_tap_asks(
    phone: BrowserContext, url: str, store: Store, cast: Cast, app: Flask
) -> None:
    page = settings_as(phone, url, store, cast, app)
    hint = page.locator("[data-behaviour=install]")
    expect(hint).to_be_hidden()
    assert page.evaluate(OFFER) is True
    hint.get_by_role("button", name="ホーム画面に置く").click()
    assert page.evaluate("() => globalThis.asked") is True
    expect(hint).to_be_hidden()
    # Reading goes on there, not at the top of the page.
    assert page.evaluate("() => document.activeElement.matches('main > *')")


@pytest.mark.parametrize(
    ("browser_name", "words"),
    [("", "画面の下にある共有のしるし"), ("CriOS/150 ", "Safariでこのページを開くと")],
)
def test_an_iphone_is_shown_its_own_way(
    browser: Browser,
    url: str,
    store: Store,
    cast: Cast,
    app: Flask,
    browser_name: str,
    words: str,
) -> None:
    agent = IPHONE.format(browser_name)
    context = browser.new_context(viewport=PHONE, locale="ja-JP", user_agent=agent)
    context.add_init_script("""
      Object.defineProperty(navigator, "standalone", { value: false });
      delete globalThis.PushManager;
    """)
    page = settings_as(context, url, store, cast, app)
    expect(page.get_by_text(words).locator("visible=true")).to_have_count(1)
    look(page, f"install_{browser_name[:5] or 'safari'}")
    context.close()


@pytest.mark.parametrize(
    "app_name", ["Line/15.1", "[FBAN/FBIOS;FBAV/500]", "Instagram 390", "YJApp"]
)
@pytest.mark.parametrize(
    ("agent", "words"),
    [(IPHONE, "Safariでこのページを開くと"), (ANDROID, "Chromeでこのページを開くと")],
)
def test_the_browser_of_another_app_says_where_to_open_the_page(
    browser: Browser,
    url: str,
    store: Store,
    cast: Cast,
    app: Flask,
    agent: str,
    words: str,
    app_name: str,
) -> None:
    context = browser.new_context(
        viewport=PHONE, locale="ja-JP", user_agent=agent.format(f"{app_name} ")
    )
    page = settings_as(context, url, store, cast, app)
    hint = page.locator("[data-behaviour=install]")
    expect(hint.locator("[data-state]:visible")).to_have_count(1)
    expect(hint.get_by_text(words)).to_be_visible()
    context.close()


@pytest.mark.parametrize("locale", IN_EVERY_LANGUAGE)
def test_the_help_for_notifications_is_clean(
    phone: BrowserContext, page: Page, url: str, cast: Cast, locale: str
) -> None:
    phone.add_cookies([{"name": "kizuki_language", "value": locale, "url": url}])
    page.goto(f"{url}/notices")
    look(page, f"notices_{locale}", of="note/notices.html")


def test_the_installed_app_is_entered_by_twelve_digits(
    browser: Browser, url: str, store: Store, cast: Cast
) -> None:
    told = personal(store, area=cast.kitamachi)
    context = browser.new_context(viewport=PHONE, locale="ja-JP")
    context.add_init_script("""
      const media = globalThis.matchMedia.bind(globalThis);
      globalThis.matchMedia = (query) =>
        query.includes("standalone") ? { matches: true } : media(query);
      Object.defineProperty(navigator, "standalone", { value: true });
    """)
    page = context.new_page()
    page.goto(url)
    page.get_by_role("link", name="招待").click()
    page.get_by_label("紙に書いてある12けたの番号").fill(told.code)
    page.get_by_role("button", name="番号ではじめる").click()
    page.get_by_label("別に受け取った4けたの数字").fill(told.digits)
    page.get_by_role("button", name="はじめる").click()
    page.get_by_role("link", name="あとで答える").click()
    page.wait_for_url("**/notes/new")
    page.goto(f"{url}/settings")
    expect(page.locator("html")).to_have_attribute("data-ready", "")
    expect(page.locator("[data-behaviour=install]")).to_be_hidden()
    context.close()
