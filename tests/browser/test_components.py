"""Every part in every language and both sizes: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import EVERY_CASE, ON_A_PHONE
from tests.browser.looking import IN_EVERY_LANGUAGE, look
from tests.browser.stand import Stand

PAGES = {
    "/components": "components.html",
    "/desk-components": "desk_components.html",
    "/offline": "offline.html",
    "/sheet": "sheet.html",
}


@pytest.fixture(params=ON_A_PHONE)
def page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = browser.new_context(viewport=request.param)
    yield context.new_page()
    context.close()


def open_page(page: Page, stand: Stand, path: str, locale: str) -> None:
    cookie = {"name": "kizuki_language", "value": locale, "url": stand.url}
    page.context.add_cookies([cookie])  # type: ignore[list-item]
    page.goto(stand.url + path)
    if page.locator("script").count():
        expect(page.locator("html")).to_have_attribute("data-ready", "")


@EVERY_CASE
@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("locale", IN_EVERY_LANGUAGE)
def test_axe_finds_nothing(page: Page, stand: Stand, path: str, locale: str) -> None:
    open_page(page, stand, path, locale)
    look(page, f"{path.strip('/')}-{locale}", of=PAGES[path])


def test_twice_the_text_scrolls_only_downwards(page: Page, stand: Stand) -> None:
    open_page(page, stand, "/components", "ja")
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_in_the_dark_axe_finds_nothing(page: Page, stand: Stand) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, stand, "/components", "ja")
    look(page, "components-dark")
