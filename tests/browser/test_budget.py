"""The first visit to the note form: what crosses the wire before somebody can write."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from models.words import LOCALES
from tests.browser.conftest import PHONE
from tests.browser.note_town import NoteTown
from tests.browser.wire import Wire, requests_before_the_first_letter
from tests.town import Cast

KB = 1000


@pytest.fixture
def cast(note_town: NoteTown) -> Cast:
    return note_town.cast


@pytest.mark.parametrize("locale", LOCALES)
def test_the_first_visit_fits_its_budget(browser: Browser, url: str, locale: str) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")
    cookie = {"name": "kizuki_language", "value": locale, "url": url}
    context.add_cookies([cookie])  # type: ignore[list-item]
    wire = Wire(context)
    wire.open_form_alone(url)
    context.close()
    assert wire.weight() <= 40 * KB
    assert wire.weight("Script") <= 15 * KB


def test_before_the_first_letter_there_are_at_most_eight_requests(
    browser: Browser, url: str
) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")
    asked = requests_before_the_first_letter(context.new_page(), url)
    context.close()
    assert asked <= 8


def test_a_second_visit_loads_no_asset(browser: Browser, url: str) -> None:
    context = browser.new_context(viewport=PHONE, service_workers="block")
    first = Wire(context)
    first.open_form(url)
    first.page.wait_for_load_state("networkidle")
    first.sizes.clear()
    first.open_form(url)
    context.close()
    assert first.asset_weight() == 0
