"""The phone dies, is opened again, is copied: nothing is lost, and nothing can be read."""

from __future__ import annotations

import datetime as dt
import uuid
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect

from models.handoff import RELEASE
from models.observation import Observation
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.browser.note_town import let_in
from tests.browser.outbox import (
    MODULE,
    items,
    put,
    until,
    until_arrived,
    until_registered,
    until_whole,
)
from tests.browser.profile import found_in, kill, opened
from tests.browser.test_contact import CONTACT_NOW
from tests.browser.test_lost_phone import end, key_of
from tests.conftest import SetClock
from tests.town import Cast

OBSERVATIONS = "**/api/v1/observations"
CANARIES = ("金糸雀花子", "カナリヤハナコ", "かなりやはなこ", "kanariyahanako", "0598-77-3311")
TYPED = "、".join(CANARIES)
LIVES, A_LIFE = 2, 10
REMEMBER = f"async (words) => (await {MODULE % 'store'}).put('settings', 'control', words)"
LIST_WITHOUT_A_KEY = f"async () => (await {MODULE % 'store'}).all('device')"


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    clock.now = dt.datetime.now(dt.UTC)  # as on the phone
    with store.write() as session:
        return town.build(session, clock.now, noise=False)


def at_rest(context: BrowserContext, url: str, path: str = "/notes/new") -> Page:
    page = context.new_page()
    page.goto(url + path)
    until_whole(page)
    return page


def tap_send(page: Page, words: str) -> None:
    page.locator("#words").fill(words)
    page.get_by_role("button", name="窓口に送る").click()
    expect(page.get_by_role("heading", level=1, name="この電話に保管しました")).to_be_visible()


def answered(store: Store, cast: Cast, now: dt.datetime) -> uuid.UUID:
    """A thread of Suzuki's that has just been answered with the canaries."""
    with store.write() as session:
        then = now - RELEASE
        handoff = town.note(session, then, by=cast.suzuki, area=cast.kitamachi)
        okada = session.get_one(Person, cast.okada)
        handoff.acknowledge(okada, Said(words=TYPED), then)
        return handoff.thread_id


def test_twenty_notes_of_two_killed_lives_arrive_once_in_order_with_their_times(
    browser: Browser, url: str, cast: Cast, store: Store, app: Flask, tmp_path: Path
) -> None:
    kind, profile = browser.browser_type, tmp_path / "profile"
    kept: list[dict[str, Any]] = []
    for life in range(LIVES):
        with opened(kind, profile) as context:
            context.route(OBSERVATIONS, lambda route: route.abort())
            let_in(context, url, store, cast.suzuki, app)
            page = at_rest(context, url)
            until_registered(page)
            context.set_offline(True)
            tap_send(page, f"{life}-first {TYPED}")
            for n in range(1, A_LIFE - 1):
                fields = {"noted_at": f"2026-11-{10 + life}T0{n}:00:00.000Z"}
                put(page, f"{life}-{n} {TYPED}", fields=fields)
            page.get_by_role("link", name="もう一つ書く").click()
            tap_send(page, f"{life}-last {TYPED}")
            kept += items(page)[len(kept) :]
            kill(profile)
    assert len(kept) == LIVES * A_LIFE
    assert found_in(profile, *CANARIES) == []
    with opened(kind, profile) as context:
        until_arrived(at_rest(context, url), len(kept))
    with store.read() as session:
        rows = session.scalars(sa.select(Observation).order_by(Observation.received_at)).all()
        came = [(str(row.client_id), row.noted_at) for row in rows]
    assert came == [(one["id"], dt.datetime.fromisoformat(one["at"])) for one in kept]


def test_a_copied_profile_tells_nothing_after_send_sign_out_and_revocation(
    browser: Browser,
    url: str,
    cast: Cast,
    store: Store,
    app: Flask,
    tmp_path: Path,
    clock: SetClock,
) -> None:
    kind, profile = browser.browser_type, tmp_path / "profile"
    with opened(kind, profile) as context:
        let_in(context, url, store, cast.suzuki, app)
        page = at_rest(context, url)
        until_registered(page)
        page.evaluate(REMEMBER, "対照の言葉")
        page.locator("#more summary").click()
        for field in ("called", "wish", "place_detail", "not_to"):
            page.locator(f"#{field}").fill(TYPED)
        context.set_offline(True)
        tap_send(page, TYPED)
        kill(profile)
    assert found_in(profile, "対照の言葉")
    assert found_in(profile, *CANARIES) == []
    with opened(kind, profile) as context:
        let_in(context, url, store, cast.suzuki, app)
        page = at_rest(context, url, "/settings")
        until_arrived(page, 1)
        page.locator('form[action="/signout"] button').click()
        page.wait_for_url(lambda there: "/settings" not in there)
    assert found_in(profile, *CANARIES) == []
    with opened(kind, profile) as context:
        let_in(context, url, store, cast.suzuki, app)
        page = at_rest(context, url, "/settings")
        until_registered(page)
        thread = answered(store, cast, clock.now)
        page.goto(f"{url}/notes/{thread}")
        expect(page.get_by_text(TYPED).first).to_be_visible()
        page.goto(f"{url}/notes")
        put(page, TYPED)
        until_arrived(page, 2)
        end(store, cast, key_of(page))
        page.evaluate(f"() => {{ ({CONTACT_NOW})(); }}")
        page.wait_for_url(f"{url}/")
        until(page, f"async () => !(await ({LIST_WITHOUT_A_KEY})()).some(([, one]) => one.id)")
        assert items(page) == []
    assert found_in(profile, *CANARIES) == []
