"""A browser cleared away what was kept: its writer hears of it, and so does the desk."""

from __future__ import annotations

import uuid

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from models import silence
from models.phone import Phone
from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.outbox import put, until_arrived, until_registered, until_whole
from tests.browser.test_contact import CONTACT_NOW
from tests.browser.test_lost_phone import key_of
from tests.conftest import SetClock
from tests.support.waiting import until

DELETE_DATABASE = """() => new Promise((resolve, reject) => {
  const request = indexedDB.deleteDatabase("kizuki");
  request.onsuccess = resolve;
  request.onerror = reject;
})"""
CLEAR = f"""async () => {{
  await ({DELETE_DATABASE})();
  for (const name of await caches.keys()) await caches.delete(name);
}}"""
DAYS = 3


def phone_of(store: Store, key: str) -> Phone:
    with store.read() as session:
        return session.get_one(Phone, uuid.UUID(key))


def test_what_the_browser_cleared_away_is_told_to_its_writer_and_asked_after_by_the_desk(
    own: Page, store: Store, clock: SetClock
) -> None:
    old = key_of(own)
    own.route("**/api/v1/observations", lambda route: route.abort())
    bar = own.locator('[data-bar="lost"]')
    expect(bar).to_be_hidden()
    put(own, "届かなかったもの")
    own.evaluate(CONTACT_NOW)
    until(lambda: phone_of(store, old).waiting == 1)
    own.evaluate(CLEAR)
    for _ in range(2):
        own.reload()
        until_registered(own)
        expect(bar).to_contain_text("この電話に保管していたものが消えました。")
    assert Axe().run(own).violations_count == 0
    bar.get_by_role("button", name="わかりました").click()
    expect(bar).to_be_hidden()
    own.reload()
    until_registered(own)
    put(own, "もう一度書いたもの")
    expect(bar).to_be_hidden()
    assert key_of(own) != old
    silence.watch(store, DAYS, clock.forward(days=DAYS + 1))
    assert phone_of(store, old).waits_for_call


MARKED = "(isSo) => (localStorage.getItem('kizuki-waits') !== null) === isSo"


@LONG
def test_without_an_account_it_is_told_too_where_something_waited(page: Page, url: str) -> None:
    bar = page.locator('[data-bar="lost"]')
    page.route("**/api/v1/observations", lambda route: route.abort())
    page.goto(f"{url}/notes/new")
    until_whole(page)
    put(page, "届かなかったもの")
    page.wait_for_function(MARKED, arg=True)
    page.evaluate(CLEAR)
    for _ in range(2):
        page.reload()
        until_whole(page)
        expect(bar).to_contain_text("この電話に保管していたものが消えました。")
    bar.get_by_role("button", name="わかりました").click()
    page.unroute("**/api/v1/observations")
    put(page, "もう一度書いたもの")
    until_arrived(page, 1)
    page.wait_for_function(MARKED, arg=False)
    page.evaluate(CLEAR)
    page.reload()
    until_whole(page)
    expect(bar).to_be_hidden()
