"""Every part in every language and both sizes: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from models.words import LOCALES
from tests.browser.conftest import DESK, PHONE
from tests.browser.stand import Stand

SHOTS = os.environ.get("SHOTS")
"""A folder that takes a picture of each page."""
PAGES = ("/components", "/desk-components", "/offline", "/sheet")


@pytest.fixture(params=[PHONE, DESK], ids=["phone", "desk"])
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


def look(page: Page, name: str) -> None:
    """Sticky bars would count as covering what they stand over: the window gets the page's size."""
    size = page.viewport_size
    assert size is not None
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{size['width']}.png")
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("locale", LOCALES)
def test_axe_finds_nothing(page: Page, stand: Stand, path: str, locale: str) -> None:
    open_page(page, stand, path, locale)
    page.evaluate("for (const fold of document.querySelectorAll('details')) fold.open = true")
    look(page, f"{path.strip('/')}-{locale}")


def test_twice_the_text_scrolls_only_downwards(page: Page, stand: Stand) -> None:
    open_page(page, stand, "/components", "ja")
    page.set_viewport_size({"width": 320, "height": 640})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not page.evaluate("document.documentElement.scrollWidth > innerWidth")


def test_in_the_dark_axe_finds_nothing(page: Page, stand: Stand) -> None:
    page.emulate_media(color_scheme="dark")
    open_page(page, stand, "/components", "ja")
    look(page, "components-dark")
