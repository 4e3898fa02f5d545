"""Passkeys in a real browser, whose authenticator is a virtual one; and how their pages look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.joining import set_password
from models.password import hash_password
from models.person import Person
from models.store import Store
from tests.browser.conftest import PHONE, without_worker
from tests.browser.looking import IN_EVERY_LANGUAGE, look
from tests.conftest import SetClock
from tests.support.invitations import PASSWORD
from tests.town import Cast

NONE_THERE = """navigator.credentials.get = async () => {
  throw new DOMException("", "NotAllowedError");
};"""
"""What a browser says where the passkey was deleted, and where its window was closed."""
DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def here(app: Flask, url: str) -> str:
    """The same address by a name, as passkeys need one; it is the town's from now on."""
    town = app.extensions["kizuki"]
    named = url.replace("127.0.0.1", "localhost")
    app.extensions["kizuki"] = replace(town, settings=replace(town.settings, public_url=named))
    return named


@pytest.fixture
def context(browser: Browser, here: str) -> Iterator[BrowserContext]:
    context = without_worker(browser, here, PHONE)
    yield context
    context.close()


def plug_in(page: Page) -> None:
    """A device with a finger on it."""
    wire = page.context.new_cdp_session(page)
    wire.send("WebAuthn.enable")
    wire.send("WebAuthn.addVirtualAuthenticator", {"options": DEVICE})


def with_password(store: Store, cast: Cast, clock: SetClock, locale: str = "ja") -> None:
    kept = hash_password(PASSWORD)
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        okada.language = locale
        set_password(session, okada, kept, clock.now)


def come_in(page: Page) -> None:
    page.goto("/signin?next=/desk/people")
    page.locator("[name=email]").fill("okada@misaki.example")
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("form[action='/signin'] button.button--main").click()
    page.locator("[data-how=create]").wait_for()


@pytest.mark.parametrize("locale", IN_EVERY_LANGUAGE)
def test_a_passkey_is_made_lets_in_and_proves_anew_with_nothing_lost(
    context: BrowserContext, here: str, store: Store, cast: Cast, clock: SetClock, locale: str
) -> None:
    with_password(store, cast, clock, locale)
    context.add_cookies([{"name": "kizuki_language", "value": locale, "url": here}])
    page = context.new_page()
    plug_in(page)
    come_in(page)
    look(page, f"join_second_{locale}", of="join/second_step.html")
    page.locator("[data-how=create]").click()
    page.wait_for_url(f"{here}/desk/people")
    page.goto("/settings")
    page.locator("form[action='/signout'] button").click()
    page.wait_for_url(f"{here}/")
    page.goto("/signin?next=/desk/people")
    page.locator("[data-how=get]").click()
    page.wait_for_url(f"{here}/desk/people")
    clock.forward(minutes=6)
    # 久保 waits to be confirmed.
    page.locator("form[action*='/confirmation'] button").click()
    page.locator("[data-ask='/signin/step-up/challenges']").wait_for()
    look(page, f"join_step_up_{locale}", of="join/step_up.html")
    page.locator("[data-how=get]").click()
    page.wait_for_url("**done=confirmation")
    page.goto("/signins/passkeys/new")
    look(page, f"join_passkey_{locale}", of="join/passkey.html")
    page.locator("[data-how=create]").click()
    # The device has one already, and says so.
    expect(page.locator("[data-passkey=known]")).to_be_visible()
    page.goto("/signins/app")
    look(page, f"join_app_{locale}", of="join/app.html")
    page.goto("/signins")
    look(page, f"join_own_{locale}", of="join/sign_ins.html")


def test_without_a_passkey_or_without_any_support_a_clear_sentence_stands_there(
    context: BrowserContext,
) -> None:
    page = context.new_page()
    page.add_init_script(NONE_THERE)
    page.goto("/signin")
    page.locator("[data-how=get]").click()
    expect(page.locator("[data-passkey=none]")).to_be_visible()
    page.add_init_script("delete globalThis.PublicKeyCredential;")
    page.goto("/signin")
    expect(page.locator("[data-passkey=missing]")).to_be_visible()
    expect(page.locator("[data-how=get]")).to_be_disabled()
