"""Every page of the desk: looked at in both sizes, and by axe."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from flask import Flask
from playwright.sync_api import Browser, Page

from models.demo.months import look_back
from models.desk import Desk
from models.store import Store
from tests.browser import device_town
from tests.browser.conftest import AT_A_DESK, DESK, EVERY_CASE, PHONE, without_worker
from tests.browser.desk_town import DeskTown, settle
from tests.browser.looking import look
from tests.browser.note_town import let_in
from tests.conftest import SetClock
from tests.support.live import serving

A4_POINTS = (595, 842)
QUEUE, NOTE = "intake/list_handoffs.html", "intake/show_handoff.html"
PLACES = Path(__file__).parents[2] / "models/demo/places.toml"
MONTHS = tomllib.loads(PLACES.read_text("utf-8"))["month"]
AT_THE_DESK = {
    "queue": ("/desk", QUEUE),
    "queue_today": ("/desk?view=today", QUEUE),
    "queue_telephone": ("/desk?view=telephone", QUEUE),
    "queue_answered": ("/desk?view=answered", QUEUE),
    "queue_moving": ("/desk?view=moving", QUEUE),
    "queue_closed": ("/desk?view=closed", QUEUE),
    "note_waiting": ("/desk/handoffs/{t.waiting}", NOTE),
    "note_asked": ("/desk/handoffs/{t.asked}", NOTE),
    "note_unreached": ("/desk/handoffs/{t.unreached}", NOTE),
    "note_came": ("/desk/handoffs/{t.came}", NOTE),
    "day": ("/desk/day", "intake/show_day.html"),
    "people": ("/desk/people", "intake/list_people.html"),
    "mirror": ("/desk/mirror", "intake/show_mirror.html"),
    "settings": ("/settings", "note/settings.html"),
    "address": ("/settings/address", "note/address.html"),
    "work": ("/desk/work", "intake/show_work.html"),
    "queue_mine": ("/desk?view=moving&whose=mine", QUEUE),
}
AT_THE_CORE = {
    "held": ("/core/held", "core/list_held.html"),
    "mirror_sealed": ("/desk/mirror?of=sealed", "intake/show_mirror.html"),
    "note_sealed": ("/desk/handoffs/{t.sealed}", NOTE),
    "queue_core": ("/desk", QUEUE),
}


@pytest.fixture
def desk_town(store: Store, clock: SetClock) -> DeskTown:
    with store.write() as session:
        found = settle(session, clock.now)
        device_town.settle(session, found.cast, clock.now)
        session.get_one(Desk, found.cast.north_desk).has_duty = True
        look_back(session, MONTHS, clock.now)
        return found


@pytest.fixture(params=AT_A_DESK)
def page(
    browser: Browser, request: pytest.FixtureRequest, app: Flask, desk_town: DeskTown
) -> Iterator[Page]:
    with serving(app) as url:
        context = without_worker(browser, url, request.param)
        yield context.new_page()
        context.close()


@EVERY_CASE
@pytest.mark.parametrize(
    ("place", "who", "pages"), [("desk", "okada", AT_THE_DESK), ("core", "aoki", AT_THE_CORE)]
)
def test_axe_finds_nothing(
    page: Page,
    app: Flask,
    store: Store,
    desk_town: DeskTown,
    place: str,
    who: str,
    pages: dict[str, tuple[str, str]],
) -> None:
    page.goto("/desks")
    let_in(page.context, page.url, store, getattr(desk_town.cast, who), app)
    for name, (path, of) in pages.items():
        page.goto(path.format(t=desk_town))
        look(page, f"{place}_{name}", of=of, at=DESK)


def test_axe_finds_nothing_where_a_lost_phone_is_looked_for(
    page: Page, app: Flask, store: Store, desk_town: DeskTown
) -> None:
    page.goto("/desks")
    let_in(page.context, page.url, store, desk_town.cast.okada, app)
    page.goto("/desk/phones")
    page.fill("input[type=search]", "鈴木")
    page.press("input[type=search]", "Enter")
    page.wait_for_selector("text=鈴木さん")
    look(page, "desk_phones", of="intake/list_phones.html", at=DESK)


@pytest.mark.parametrize("page", [DESK], indirect=True, ids=["desk"])
def test_the_days_sheet_is_printed_on_a4_without_its_buttons(
    page: Page, app: Flask, store: Store, desk_town: DeskTown
) -> None:
    page.goto("/desks")
    let_in(page.context, page.url, store, desk_town.cast.okada, app)
    page.goto("/desk/day")
    pdf = page.pdf(prefer_css_page_size=True)
    sizes = re.findall(rb"/MediaBox \[\s*0 0 ([\d.]+) ([\d.]+)", pdf)
    assert {tuple(round(float(side)) for side in size) for size in sizes} == {A4_POINTS}
    page.emulate_media(media="print")
    assert page.locator("button:visible, .button:visible").count() == 0


@pytest.mark.parametrize("page", [PHONE], indirect=True, ids=["phone"])
def test_no_bar_covers_half_a_button_before_anybody_has_scrolled(
    page: Page, app: Flask, store: Store, desk_town: DeskTown
) -> None:
    page.goto("/desks")
    let_in(page.context, page.url, store, desk_town.cast.okada, app)
    for path in ("/desk", "/desk/people"):
        page.goto(path)
        for height in (740, 823, 844):
            page.set_viewport_size({"width": 412, "height": height})
            found = Axe().run(page, options={"runOnly": ["target-size"]})
            assert found.violations_count == 0, found.generate_report()
