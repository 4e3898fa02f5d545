"""Somebody else comes in on a phone: whose the next note is, with a signal and without."""

from __future__ import annotations

import threading
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, Response
from playwright.sync_api import Page, expect

from models.person import Person
from models.store import Store
from tests.browser.conftest import LONG, WITH_WORKER
from tests.browser.outbox import items, until_arrived, until_registered, until_whole
from tests.browser.shell_phone import cold, visit
from tests.browser.test_note_kept import TYPED, heading, send
from tests.support.invitations import poster
from tests.support.loopback import PATIENCE_SECONDS
from tests.support.notes import last_thread
from tests.town import Cast

pytestmark = WITH_WORKER

PERSON = "/shell/ja/person/"


@pytest.fixture
def welcome(own: Page, url: str, store: Store, cast: Cast) -> Page:
    """Suzuki's phone, on which somebody else is asked for their name."""
    visit(own, f"{url}/notes/new", PERSON)
    until_registered(own)
    # A page that stands already would only see what is behind the # change.
    own.goto(f"{url}/about")
    own.goto(f"{url}/join#{poster(store, cast.kitamachi).token}")
    own.get_by_role("button", name="別の人として入る").click()
    own.get_by_label("お名前").wait_for()
    until_whole(own)
    return own


def join(page: Page) -> None:
    page.get_by_label("お名前").fill("はな")
    page.get_by_role("button", name="はじめる").click()


def write_without_signal(page: Page, url: str) -> None:
    page.goto("about:blank")
    page.context.set_offline(True)
    cold(page, f"{url}/notes/new")
    until_whole(page)
    page.locator("#words").fill(TYPED)
    send(page)
    heading(page, "この電話に保管しました")


def author(page: Page, store: Store) -> Any:
    page.context.set_offline(False)
    until_arrived(page, 1)
    with store.read() as session:
        return last_thread(session).reporter.person_id


@LONG
def test_whoever_leaves_the_form_is_in_as_before(
    welcome: Page, url: str, store: Store, cast: Cast
) -> None:
    me = welcome.locator("body").get_attribute("data-me")
    assert me
    welcome.get_by_role("button", name="はじめる").click()
    expect(welcome.get_by_role("alert")).to_be_visible()
    until_whole(welcome)
    write_without_signal(welcome, url)
    assert author(welcome, store) == cast.suzuki
    welcome.goto(f"{url}/settings")
    expect(welcome.locator("body")).to_have_attribute("data-me", me)


def test_whoever_joined_writes_as_themselves(welcome: Page, url: str, store: Store) -> None:
    join(welcome)
    welcome.wait_for_url("**/notes/new")
    until_registered(welcome)
    visit(welcome, f"{url}/notes/new", PERSON)
    write_without_signal(welcome, url)
    who = author(welcome, store)
    with store.read() as session:
        assert session.get_one(Person, who).name == "はな"


TAPS = """async () => {
  const { submit } = HTMLFormElement.prototype;
  const button = document.querySelector("form[action='/join'] button");
  let sent = 0;
  const isSent = new Promise((next) => {
    HTMLFormElement.prototype.submit = function () {
      sent += 1;
      submit.call(this);
      next();
    };
  });
  for (let tap = 0; tap < 2; tap++) button.click();
  await isSent;
  // Whatever would send again asks first whether the server is there.
  const { fetch } = window;
  let asked = 0;
  window.fetch = (...of) => {
    asked += 1;
    return fetch(...of);
  };
  button.click();
  return [sent, asked];
}"""
"""Twice before it is sent, and once while it is on its way: that would let in one more."""


def held(app: Flask) -> tuple[threading.Event, threading.Event]:
    """Whether somebody's joining has come, and what lets it go on."""
    beyond, came, goes_on = app.wsgi_app, threading.Event(), threading.Event()

    def way(environ: Any, start_response: Any) -> Any:
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/join"):
            came.set()
            assert goes_on.wait(PATIENCE_SECONDS)
        return beyond(environ, start_response)

    app.wsgi_app = way  # type: ignore[method-assign]
    return came, goes_on


def test_three_taps_let_one_person_in(welcome: Page, store: Store, app: Flask) -> None:
    def people() -> int:
        with store.read() as session:
            return session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0

    before, (came, goes_on) = people(), held(app)
    welcome.get_by_label("お名前").fill("はな")
    assert welcome.evaluate(TAPS) == [1, 0]
    assert came.wait(PATIENCE_SECONDS)
    goes_on.set()
    welcome.wait_for_url("**/notes/new")
    assert people() == before + 1


def lost_once_joined(app: Flask) -> None:
    """The signal lasts until somebody has joined."""
    beyond, joined = app.wsgi_app, []

    def way(environ: Any, start_response: Any) -> Any:
        if joined:
            return Response(status=502)(environ, start_response)
        if (environ["REQUEST_METHOD"], environ["PATH_INFO"]) == ("POST", "/join"):
            joined.append(True)
        return beyond(environ, start_response)

    app.wsgi_app = way  # type: ignore[method-assign]


@LONG
def test_where_no_page_comes_once_joined_nothing_is_written_as_the_other(
    welcome: Page, url: str, app: Flask
) -> None:
    lost_once_joined(app)
    with welcome.expect_response("**/join"):
        join(welcome)
    welcome.wait_for_url(lambda address: not address.endswith("/join/invitation"))
    write_without_signal(welcome, url)
    assert [item["owner"] for item in items(welcome)] == ["nobody"]
