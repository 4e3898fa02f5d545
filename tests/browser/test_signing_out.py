"""Signing out where the signal is gone, or goes right after: whose the next note is."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask, Response
from playwright.sync_api import Page, expect

from models.store import Store
from tests.browser.conftest import WITH_WORKER
from tests.browser.outbox import items, until_arrived, until_registered, until_whole
from tests.browser.shell_phone import cold, stored, visit
from tests.browser.test_note_kept import TYPED, heading, looked_at, send
from tests.support.notes import last_thread
from tests.town import Cast

pytestmark = WITH_WORKER

NOT_ENDED = "まだ出ていません"
CODE = "控え番号"
BADGE = """() => {
  navigator.clearAppBadge = async () => { sessionStorage.badge = "none"; };
}"""


def written(page: Page) -> None:
    # Whose area it was is forgotten, too.
    page.locator("#place").fill("北町")
    page.locator("#words").fill(TYPED)
    send(page)
    heading(page, "この電話に保管しました")


@pytest.mark.parametrize("path", ["/settings", "/settings/leaving"])
def test_without_signal_nobody_is_signed_out_and_says_so(
    own: Page, url: str, store: Store, cast: Cast, path: str
) -> None:
    visit(own, f"{url}/notes/new")
    visit(own, f"{url}/notes")
    own.goto(url + path)
    until_registered(own)
    assert stored(own, "titles")
    own.context.set_offline(True)
    own.locator("[data-behaviour=forget] button").click()
    said = own.get_by_text(NOT_ENDED)
    expect(said).to_be_visible()
    expect(said).to_be_focused()
    expect(own.locator('[data-bar="offline"]')).to_be_visible()
    looked_at(own, "not_ended")
    assert own.url == url + path
    assert stored(own, "titles") == []
    cold(own, f"{url}/notes/new")
    until_whole(own)
    written(own)
    expect(own.get_by_role("heading", name=CODE)).to_be_hidden()
    own.context.set_offline(False)
    until_arrived(own, 1)
    with store.read() as session:
        assert last_thread(session).reporter.person_id == cast.suzuki
    own.goto(url + path)
    until_whole(own)
    own.evaluate(BADGE)
    own.locator("[data-behaviour=forget] button").click()
    expect(own.locator("body")).to_have_attribute("data-me", "")
    assert own.evaluate("() => sessionStorage.badge") == "none"
    assert "current" not in dict(stored(own, "device"))


def without_new_shells(app: Flask) -> None:
    """The signal lasts for the sign-out alone."""
    beyond = app.wsgi_app

    def way(environ: Any, start_response: Any) -> Any:
        if environ["PATH_INFO"].startswith("/shell/"):
            return Response(status=503)(environ, start_response)
        return beyond(environ, start_response)

    app.wsgi_app = way  # type: ignore[method-assign]


def test_who_signed_out_and_finds_the_old_form_gets_a_code(
    own: Page, url: str, store: Store, app: Flask
) -> None:
    visit(own, f"{url}/notes/new", "/shell/ja/person/")
    own.goto(f"{url}/settings")
    until_whole(own)
    without_new_shells(app)
    own.locator("[data-behaviour=forget] button").click()
    own.wait_for_url(f"{url}/")
    until_whole(own)
    own.context.set_offline(True)
    cold(own, f"{url}/notes/new")
    until_whole(own)
    assert own.locator("input[name=receipt]").count() == 0
    written(own)
    expect(own.get_by_role("heading", name=CODE)).to_be_visible()
    code = own.locator("main .receipt").inner_text()
    looked_at(own, "kept_signed_out")
    own.context.set_offline(False)
    expect(own.get_by_text("届きました", exact=True)).to_be_visible()
    expect(own.get_by_text("お返事は、控え番号で読めます。")).to_be_visible()
    expect(own.get_by_text("お返事は、ここに届きます。")).to_have_count(0)
    assert [item["owner"] for item in items(own)] == ["nobody"]
    with store.read() as session:
        assert last_thread(session).reporter.person_id is None
    own.goto(f"{url}/receipts")
    own.get_by_label("控え番号").fill(code)
    own.locator("main form button").first.click()
    expect(own.get_by_text(TYPED)).to_be_visible()
