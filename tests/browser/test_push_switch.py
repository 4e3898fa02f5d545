"""Turning push on: asked only in a tap, told to the server, and honest when it cannot be."""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.browser.stand import VAPID, Stand

PATH = "/api/v1/push/subscriptions"
# Chromium's push service cannot be reached from here: the subscription itself is stood in for.
STAND_IN = """
const store = sessionStorage;
const made = (endpoint, key) => ({
  endpoint,
  options: { applicationServerKey: Uint8Array.from(key).buffer },
  toJSON: () => ({ endpoint, expirationTime: null, keys: { p256dh: "p", auth: "a" } }),
  unsubscribe: async () => { store.removeItem("stood-in"); return true; },
});
PushManager.prototype.getSubscription = async () => {
  const kept = JSON.parse(store.getItem("stood-in"));
  return kept && made(...kept);
};
PushManager.prototype.subscribe = async ({ applicationServerKey }) => {
  globalThis.activeAtSubscribe = navigator.userActivation.isActive;
  const kept = [globalThis.endpoint ?? "https://push.example/1", [...applicationServerKey]];
  store.setItem("stood-in", JSON.stringify(kept));
  return made(...kept);
};
Notification.requestPermission = async () => {
  globalThis.activeAtQuestion = navigator.userActivation.isActive;
  return globalThis.answer ?? "granted";
};
"""


@pytest.fixture
def page(page: Page, phone: BrowserContext, stand: Stand) -> Page:
    phone.grant_permissions(["notifications"], origin=stand.url)
    page.add_init_script(STAND_IN)
    return page


def open_switch(page: Page, stand: Stand, *, receipt: str = "") -> None:
    page.goto(f"{stand.url}/bare/push?receipt={receipt}")
    expect(page.locator("html")).to_have_attribute("data-ready", "")


def turn_on(page: Page) -> None:
    page.get_by_role("button", name="お知らせを受け取る").click()


def told(stand: Stand) -> list[object]:
    return [body for path, body in stand.posts if path == PATH]


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
    sent = {"endpoint": "https://push.example/1", "expirationTime": None, "keys": keys}
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


def test_what_the_server_refuses_is_undone_on_the_phone(page: Page, stand: Stand) -> None:
    open_switch(page, stand)
    page.evaluate("() => { globalThis.endpoint = 'https://push.example/refused'; }")
    turn_on(page)
    expect(page.get_by_role("paragraph").filter(has_text="準備ができませんでした")).to_be_visible()
    assert page.evaluate("() => sessionStorage.getItem('stood-in')") is None


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


def test_turned_off_for_one_note_the_phone_is_still_told_of_the_others(
    page: Page, stand: Stand
) -> None:
    code = "407188263590126458"
    open_switch(page, stand, receipt=code)
    turn_on(page)
    off = page.get_by_role("button", name="お知らせを止める")
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


def sync(page: Page, key: str) -> None:
    page.evaluate(
        """async (key) => {
          const main = document.querySelector("script[type=module]").src;
          const { sync } = await import(new URL("push.js", main));
          await sync(key, document.querySelector("[data-csrf]").dataset.csrf);
        }""",
        key,
    )


def test_every_start_of_the_app_tells_the_server_again_once(page: Page, stand: Stand) -> None:
    open_switch(page, stand)
    sync(page, VAPID)
    assert told(stand) == []
    turn_on(page)
    expect(
        page.get_by_role("paragraph").filter(has_text="この電話に、お知らせが届きます")
    ).to_be_visible()
    page.evaluate("() => sessionStorage.removeItem('push-told')")
    sync(page, VAPID)
    sync(page, VAPID)
    assert len(told(stand)) == 2
    page.evaluate("() => { document.body.dataset.me = 'somebody else'; }")
    sync(page, VAPID)
    assert len(told(stand)) == 3


def test_a_new_key_of_the_server_makes_a_new_subscription(page: Page, stand: Stand) -> None:
    open_switch(page, stand)
    turn_on(page)
    expect(
        page.get_by_role("paragraph").filter(has_text="この電話に、お知らせが届きます")
    ).to_be_visible()
    page.evaluate("() => { globalThis.endpoint = 'https://push.example/2'; }")
    sync(page, VAPID[:-1] + "A")
    assert json.dumps(told(stand)[-1]).count("https://push.example/2") == 1
