"""Every page of the office: looked at in both sizes, and by axe; the sheet on its paper."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from models.store import Store
from models.town import CallNumber, NumberPlace
from tests import town
from tests.browser import device_town
from tests.browser.conftest import AT_A_DESK, DESK, without_worker
from tests.browser.looking import SHOTS, look
from tests.browser.note_town import let_in
from tests.conftest import SetClock
from tests.support.invitations import personal, poster
from tests.support.live import serving
from tests.town import Cast

NUMBER = uuid.UUID(int=9)
PAGES = {
    "overview": ("", "office/overview.html"),
    "areas": ("/areas", "office/areas.html"),
    "area": ("/areas/{t.north}", "office/area.html"),
    "area_new": ("/areas/new", "office/area.html"),
    "desks": ("/desks", "office/desks.html"),
    "desk": ("/desks/{t.core}", "office/desk.html"),
    "desk_new": ("/desks/new", "office/desk.html"),
    "people": ("/people", "office/people.html"),
    "person_staff": ("/people/{t.aoki}", "office/person.html"),
    "person_phone": ("/people/{t.suzuki}", "office/person.html"),
    "invitations": ("/invitations", "office/invitations.html"),
    "invite_personal": ("/invitations/new?kind=personal", "office/invitation.html"),
    "invite_poster": ("/invitations/new?kind=poster", "office/invitation.html"),
    "numbers": ("/numbers", "office/numbers.html"),
    "number": (f"/numbers/{NUMBER}", "office/number.html"),
    "about": ("/about", "office/about.html"),
}
A4 = {"width": 794, "height": 1123}
"""A sheet in the pixels of CSS."""


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    with store.write() as session:
        cast = town.build(session, noise=False)
        device_town.settle(session, cast, clock.now)
        place, words = NumberPlace.LOCAL, {"label": "市の宿直", "hint": "夜間と休みの日"}
        session.add(CallNumber(id=NUMBER, number="059-000-0009", place=place, **words))
    poster(store, cast.north)
    personal(store, area=cast.kitamachi)
    return cast


@pytest.fixture(params=AT_A_DESK)
def office(
    browser: Browser, request: pytest.FixtureRequest, app: Flask, store: Store, cast: Cast
) -> Iterator[Page]:
    with serving(app) as url:
        context = without_worker(browser, url, request.param)
        let_in(context, url, store, cast.yamamoto, app)
        yield context.new_page()
        context.close()


def test_every_page_of_the_office_is_clean(office: Page, cast: Cast) -> None:
    for name, (path, of) in PAGES.items():
        office.goto("/office" + path.format(t=cast))
        look(office, f"office_{name}", of=of, at=DESK)


def test_a_desk_that_cannot_be_saved_says_why_and_keeps_what_was_typed(office: Page) -> None:
    office.goto("/office/desks/new")
    office.get_by_label("名前", exact=True).fill("東の相談室")
    office.get_by_role("button", name="保存する").click()
    assert office.get_by_label("名前", exact=True).input_value() == "東の相談室"
    assert office.get_by_role("alert").is_visible()
    look(office, "office_desk_refused", at=DESK)


def test_a_form_that_stood_open_too_long_goes_on_from_the_page_that_says_so(office: Page) -> None:
    office.goto("/office/desks/new")
    office.get_by_label("名前", exact=True).fill("北の相談室")
    office.locator("main input[name=csrf_token]").evaluate("token => token.remove()")
    office.get_by_role("button", name="保存する").click()
    office.get_by_text("もう一度送ると、続けられます。").wait_for()
    assert office.get_by_label("名前", exact=True).input_value() == "北の相談室"
    look(office, "office_form_expired", of="error.html", at=DESK)
    office.get_by_role("button", name="もう一度送る").click()
    office.get_by_role("button", name="保存する").wait_for()
    assert office.get_by_label("名前", exact=True).input_value() == "北の相談室"


@pytest.mark.parametrize("kind", ["personal", "poster"])
def test_the_sheet_fits_on_one_a4_page(office: Page, cast: Cast, kind: str) -> None:
    office.goto(f"/office/invitations/new?kind={kind}")
    office.locator("#area").select_option(str(cast.north))
    if kind == "personal":
        office.locator("#name").fill("森")
    office.get_by_role("button", name="招待の紙を出す").click()
    office.get_by_text("この紙は、いま一度だけ出ます。").wait_for()
    look(office, f"office_sheet_{kind}", of="office/sheet.html", at=DESK)
    assert office.locator("svg.sheet__qr").bounding_box()["width"] > 200
    pdf = office.pdf(prefer_css_page_size=True, print_background=True)
    assert pdf.count(b"/Type /Page\n") == 1
    office.emulate_media(media="print")
    office.set_viewport_size(A4)
    if SHOTS:
        office.screenshot(path=Path(SHOTS) / f"office_a4_{kind}.png", full_page=True)
    assert office.evaluate("document.documentElement.scrollHeight") <= A4["height"]
