"""Every start of the app: the subscription is looked at, told again, and renewed where it went."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.push_phone import PATH, open_switch, stood_in, sync, told, turn_on
from tests.browser.stand import VAPID, Stand

pytestmark = WITH_WORKER

NEWER = VAPID[:-1] + "A"


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture
def page(page: Page, phone: BrowserContext, stand: Stand) -> Page:
    return stood_in(page, phone, stand)


def on(page: Page, stand: Stand) -> None:
    """The switch is open, and turned on."""
    open_switch(page, stand)
    turn_on(page)
    said = page.get_by_role("paragraph").filter(has_text="この電話に、お知らせが届きます")
    expect(said).to_be_visible()


def addresses(stand: Stand) -> list[tuple[str, str]]:
    """Number of the subscription and key, as they were told."""
    sent = [one for one in told(stand) if isinstance(one, dict)]
    return [(one["endpoint"][-1], one["key"]) for one in sent]


def the_next_is(page: Page, number: int, *, lost: bool = False) -> None:
    page.evaluate(
        """([number, lost]) => {
          globalThis.endpoint = `https://push.example/${number}`;
          if (lost) sessionStorage.removeItem("stood-in");
        }""",
        [number, lost],
    )


def test_every_start_of_the_app_tells_the_server_again_once(page: Page, stand: Stand) -> None:
    open_switch(page, stand)
    sync(page, VAPID)
    assert told(stand) == []
    on(page, stand)
    page.evaluate("() => sessionStorage.removeItem('push-told')")
    sync(page, VAPID)
    sync(page, VAPID)
    assert len(told(stand)) == 2
    page.evaluate("() => { document.body.dataset.me = 'somebody else'; }")
    sync(page, VAPID)
    assert len(told(stand)) == 3


def test_what_the_system_dropped_is_subscribed_anew_for_whoever_wanted_it(
    page: Page, stand: Stand
) -> None:
    on(page, stand)
    the_next_is(page, 2, lost=True)
    sync(page, VAPID)
    assert [number for number, _ in addresses(stand)] == ["1", "2"]
    the_next_is(page, 3, lost=True)
    page.evaluate("() => { document.body.dataset.me = 'somebody else'; }")
    sync(page, VAPID)
    assert len(told(stand)) == 2


def test_what_was_turned_off_or_signed_out_of_stays_off(page: Page, stand: Stand) -> None:
    on(page, stand)
    page.get_by_role("button", name="お知らせを止める").click()
    expect(page.get_by_role("button", name="お知らせを受け取る")).to_be_visible()
    the_next_is(page, 2, lost=True)
    sync(page, VAPID)
    on(page, stand)
    the_next_is(page, 3, lost=True)
    page.goto(f"{stand.url}/bare/leave")
    page.get_by_role("button").last.click()
    page.wait_for_url("**/signout")
    open_switch(page, stand)
    before = len(told(stand))
    sync(page, VAPID)
    assert len(told(stand)) == before


@LONG
def test_what_was_made_with_an_older_key_lives_on_while_the_server_keeps_that_key(
    page: Page, stand: Stand
) -> None:
    on(page, stand)
    the_next_is(page, 2)
    page.evaluate("() => sessionStorage.removeItem('push-told')")
    sync(page, NEWER)
    assert addresses(stand) == [("1", VAPID), ("1", VAPID)]


@LONG
def test_what_was_made_with_a_key_that_the_server_keeps_no_more_is_made_anew(
    page: Page, stand: Stand
) -> None:
    on(page, stand)
    the_next_is(page, 2)
    page.evaluate("() => sessionStorage.removeItem('push-told')")
    body = json.dumps({"type": "urn:kizuki:problem:push.problem.key"})
    page.route(f"**{PATH}", lambda route: route.fulfill(status=422, body=body), times=1)
    sync(page, NEWER)
    assert addresses(stand)[1:] == [("2", NEWER)]


@LONG
def test_a_new_session_in_the_same_tab_is_told_where_to_push(page: Page, stand: Stand) -> None:
    on(page, stand)
    # Any page of nobody's stands between two sessions.
    page.reload()
    page.wait_for_function("() => !sessionStorage.getItem('push-told')")
    sync(page, VAPID)
    assert len(told(stand)) == 2
