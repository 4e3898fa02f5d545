"""Look at a page as axe does, and take its picture where a folder is named."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask, request, template_rendered
from jinja2 import Template
from playwright.sync_api import Page, ViewportSize

from models.words import HOME_LOCALE, LOCALES
from tests.browser.conftest import DESK, PHONE
from tests.conftest import EVERYTHING

SHOTS = os.environ.get("SHOTS")
"""A folder that takes a picture of each page."""
IN_EVERY_LANGUAGE = [
    HOME_LOCALE,
    *(pytest.param(one, marks=pytest.mark.everything) for one in LOCALES if one != HOME_LOCALE),
]
"""For pages that are looked at: in one language always, in all of them by make test-all."""
VIOLATIONS = {"resultTypes": ["violations"], "preload": False}
"""No page has sounds, which alone are fetched before axe looks; a fifth of its work is that."""
_OPEN = "document.querySelectorAll('details').forEach((fold) => { fold.open = true; })"
_IS_SIDEWAYS = "document.documentElement.scrollWidth > innerWidth"
_PATH = "new URL(performance.getEntriesByType('navigation')[0].name).pathname"
_made_of: dict[str, str | None] = {}
"""By path, the template of the last page that was made there."""


@template_rendered.connect
def _remember(_app: Flask, template: Template, **_: object) -> None:
    _made_of[request.path] = template.name


def look(page: Page, name: str, *, of: str = "", at: ViewportSize = PHONE) -> None:
    """Take the picture, then hold that nothing scrolls sideways and axe finds nothing.

    `of`: the template that the page is made of; tests/test_looked_at.py wants every one named.
    `at`: the size at which the page is mostly used, where axe looks always, and from which it is
    made as narrow or wide as the other; at the other one it looks by make test-all.
    """
    page.wait_for_selector("html[data-ready], body:not([data-worker])")
    size = page.viewport_size
    assert size is not None
    assert not of or of in _shown(page), name
    page.evaluate(_OPEN)
    if SHOTS:
        page.screenshot(path=Path(SHOTS) / f"{name}-{size['width']}.png", full_page=True)
    assert not page.evaluate(_IS_SIDEWAYS), name
    if size != at and not EVERYTHING:
        return
    page.set_viewport_size(DESK if at == PHONE else PHONE)
    assert not page.evaluate(_IS_SIDEWAYS), name
    page.set_viewport_size(size)
    height = page.evaluate("document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": height})
    found = Axe().run(page, options=VIOLATIONS)
    page.set_viewport_size(size)
    assert found.violations_count == 0, found.generate_report()


def _shown(page: Page) -> set[str | None]:
    """What the page may be made of: without signal, any of those that a phone keeps."""
    if page.evaluate("navigator.onLine"):
        return {_made_of.get(page.evaluate(_PATH))}
    return {of for path, of in _made_of.items() if path.startswith("/shell/")}
