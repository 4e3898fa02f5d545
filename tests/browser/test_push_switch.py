"""Turning push on: asked only in a tap, told to the server, and honest when it cannot be."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.outbox import MODULE
from tests.browser.push_phone import PATH, open_switch, stood_in, told, turn_on
from tests.browser.stand import VAPID, Stand

pytestmark = WITH_WORKER


@pytest.fixture
def browser(whole_browser: Browser) -> Browser:
    return whole_browser


@pytest.fixture
def page(page: Page, phone: BrowserContext, stand: Stand) -> Page:
    return stood_in(page, phone, stand)


def test_the_browser_is_asked_only_in_the_tap_and_the_server_is_told(
    page: Page, stand: Stand
) -> None:
    open_switch(page, stand)
    assert page.evaluate("() => globalThis.activeAtQuestion") is None
    expect(page.get_by_text("名前も、書いたことも出ません")).to_be_visible()
    turn_on(page)
    expect(
        page.get_by_role("paragraph").filter(has_text="この電話に、お知らせが届きます")
    ).to_be_visible()
    assert page.evaluate("() => [activeAtQuestion, activeAtSubscribe]") == [True, True]
    keys = {"p256dh": "p", "auth": "a"}
    sent = {
        "endpoint": "https://push.example/1",
        "expirationTime": None,
        "keys": keys,
        "key": VAPID,
    }
    assert told(stand) == [sent]


def test_without_an_account_the_receipt_code_says_whose_answers(page: Page, stand: Stand) -> None:
    open_switch(page, stand, receipt="407188263590126458")
    turn_on(page)
    expect(
        page.get_by_role("paragraph").filter(has_text="この電話に、お知らせが届きます")
    ).to_be_visible()
    (sent,) = told(stand)
    assert isinstance(sent, dict)
    assert sent["code"] == "407188263590126458"


@LONG
def test_a_second_note_is_not_said_to_be_told_of_before_its_code_was(
    page: Page, stand: Stand
) -> None:
    on = page.get_by_role("paragraph").filter(has_text="この電話に、お知らせが届きます")
    for number, code in enumerate(("407188263590126458", "018263590126458407")):
        open_switch(page, stand, receipt=code)
        expect(page.get_by_role("button", name="お知らせを受け取る")).to_be_visible()
        expect(on).to_be_hidden()
        if number:
            # What the server does not take leaves the first note's notices on.
            page.route(f"**{PATH}", lambda route: route.abort(), times=1)
            turn_on(page)
            expect(page.locator('[data-state="failed"]')).to_be_visible()
            assert page.evaluate("() => sessionStorage.getItem('stood-in')")
        turn_on(page)
        expect(on).to_be_visible()
    assert [sent["code"] for sent in told(stand) if isinstance(sent, dict)] == [
        "407188263590126458",
        "018263590126458407",
    ]


@LONG
def test_the_focus_stays_in_the_panel_and_what_became_of_the_tap_is_said(
    page: Page, stand: Stand
) -> None:
    open_switch(page, stand)
    page.get_by_role("button", name="お知らせを受け取る").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="お知らせが届きます")).to_be_attached()
    expect(page.locator("[data-behaviour=push]")).to_be_focused()
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="お知らせを止める")).to_be_focused()


@LONG
def test_a_phone_whose_worker_cannot_be_installed_still_shows_the_switch(
    page: Page, stand: Stand
) -> None:
    page.add_init_script("""
      const never = new Promise(() => {});
      Object.defineProperty(ServiceWorkerContainer.prototype, "ready", { get: () => never });
    """)
    open_switch(page, stand)
    expect(page.get_by_role("button", name="お知らせを受け取る")).to_be_visible()


HASTY = """
  const real = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => real(ms / 20);
"""


@LONG
def test_a_line_that_hangs_is_not_waited_for_without_end(page: Page, stand: Stand) -> None:
    page.add_init_script(HASTY)
    open_switch(page, stand)
    page.route(f"**{PATH}", lambda route: None)
    turn_on(page)
    expect(page.locator('[data-state="failed"]')).to_be_visible()


@LONG
def test_a_sighting_on_a_line_that_hangs_is_kept_for_the_next_time(
    page: Page, stand: Stand
) -> None:
    page.add_init_script(HASTY)
    open_switch(page, stand)
    page.route("**/sightings", lambda route: None)
    kept = page.evaluate(
        f"""async () => {{
          const sightings = await {MODULE % "sightings"};
          const store = await {MODULE % "store"};
          await sightings.report({{ see: "/api/v1/deliveries/7/sightings", code: "mac" }}, "shown");
          return store.get("settings", "sightings");
        }}"""
    )
    assert [one["kind"] for one in kept] == ["shown"]


@LONG
def test_what_the_server_refuses_is_undone_on_the_phone(page: Page, stand: Stand) -> None:
    open_switch(page, stand)
    page.evaluate("() => { globalThis.endpoint = 'https://push.example/refused'; }")
    turn_on(page)
    expect(page.get_by_role("paragraph").filter(has_text="準備ができませんでした")).to_be_visible()
    assert page.evaluate("() => sessionStorage.getItem('stood-in')") is None


@LONG
def test_a_refusal_is_answered_with_the_way_to_undo_it(page: Page, stand: Stand) -> None:
    open_switch(page, stand)
    page.evaluate("() => { globalThis.answer = 'denied'; }")
    turn_on(page)
    expect(
        page.get_by_role("paragraph").filter(has_text="「許可」にすると、また届きます")
    ).to_be_visible()


def test_turned_off_it_is_gone_from_the_phone_and_the_server(page: Page, stand: Stand) -> None:
    open_switch(page, stand)
    turn_on(page)
    page.get_by_role("button", name="お知らせを止める").click()
    expect(page.get_by_role("button", name="お知らせを受け取る")).to_be_visible()
    assert told(stand)[-1] == {"endpoint": "https://push.example/1"}
    assert page.evaluate("() => sessionStorage.getItem('stood-in')") is None


@LONG
def test_turned_off_for_one_note_the_phone_is_still_told_of_the_others(
    page: Page, stand: Stand
) -> None:
    code = "407188263590126458"
    open_switch(page, stand, receipt=code)
    turn_on(page)
    off = page.get_by_role("button", name="お知らせを止める")
    expect(off).to_be_visible()
    page.route(f"**{PATH}", lambda route: route.abort(), times=1)
    off.click()
    # What the server was not told goes on, and is not said to have ended.
    expect(page.locator("[data-said]")).to_have_text(re.compile("お知らせが届きます"))
    off.click()
    expect(page.get_by_role("button", name="お知らせを受け取る")).to_be_visible()
    assert told(stand)[-1] == {"endpoint": "https://push.example/1", "code": code}
    assert page.evaluate("() => sessionStorage.getItem('stood-in')")


def test_on_an_iphone_in_a_tab_three_drawn_steps_stand_instead(page: Page, stand: Stand) -> None:
    page.add_init_script("""
      delete globalThis.PushManager;
      Object.defineProperty(navigator, "userAgent", { value: "iPhone" });
      Object.defineProperty(navigator, "standalone", { value: false });
    """)
    open_switch(page, stand)
    expect(page.get_by_text("画面の下にある共有のしるし")).to_be_visible()
    expect(page.get_by_role("button", name="お知らせを受け取る")).to_be_hidden()


def test_a_browser_without_push_is_told_where_replies_are(page: Page, stand: Stand) -> None:
    page.add_init_script("delete globalThis.PushManager;")
    open_switch(page, stand)
    expect(page.get_by_text("このアプリを開くと読めます")).to_be_visible()
