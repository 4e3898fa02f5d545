"""A second copy of what waits: a browser that makes its database anew loses nobody's note."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from models.observation import Observation
from models.store import Store
from tests.browser.note_town import let_in
from tests.browser.outbox import (
    MODULE,
    items,
    put,
    sync,
    until,
    until_arrived,
    until_registered,
    until_whole,
)
from tests.browser.profile import kill, opened, tear
from tests.browser.test_cleared import DELETE_DATABASE
from tests.town import Cast

OBSERVATIONS = "**/api/v1/observations"
SPARE = "async () => (await (await caches.open('spare')).keys()).map(({ url }) => url)"
HOLDS = f"async (count) => (await ({SPARE})()).length === count"
WAIT = f"async (count) => (await (await {MODULE % 'outbox'}).unsent()).length === count"
FORGET_NAME = f"""async () => {{
  const {{ change }} = await {MODULE % "store"};
  const drop = ({{ id, ...key }}) => key;
  await change("device", document.body.dataset.me, drop);
}}"""
"""As before the server first heard of the key."""
NO_CACHES = """Object.defineProperty(CacheStorage.prototype, "open", {
  value: async () => { throw new DOMException("no", "SecurityError"); },
});"""


@pytest.fixture
def away(own: Page) -> Iterator[Page]:
    """Suzuki's page, none of whose notes get through."""
    own.route(OBSERVATIONS, lambda route: route.abort())
    return own


def again(page: Page) -> None:
    page.reload()
    until_registered(page)


def authors(store: Store) -> dict[str, bytes | None]:
    with store.read() as session:
        found = session.scalars(sa.select(Observation)).all()
        return {str(one.body["words"]): one.thread.reporter.token for one in found}


def test_a_log_torn_by_a_kill_loses_nothing(
    browser: Browser, url: str, cast: Cast, store: Store, app: Flask, tmp_path: Path
) -> None:
    kind, profile = browser.browser_type, tmp_path / "profile"
    kept = []
    for life in range(2):
        with opened(kind, profile) as context:
            context.route(OBSERVATIONS, lambda route: route.abort())
            let_in(context, url, store, cast.suzuki, app)
            page = context.new_page()
            page.goto(f"{url}/notes/new")
            until_registered(page)
            until_whole(page)
            kept += [put(page, f"{life}-{n}")["id"] for n in range(3)]
            kill(profile)
        if life == 0:
            tear(profile)
    with opened(kind, profile) as context:
        page = context.new_page()
        page.goto(f"{url}/notes/new")
        until_arrived(page, len(kept))
        assert sorted(item["id"] for item in items(page)) == sorted(kept)
        expect(page.locator('[data-bar="lost"]')).to_be_hidden()
    assert set(authors(store).values()) == {store.keys.reporter_token(cast.suzuki)}
    assert len(authors(store)) == len(kept)


@pytest.mark.parametrize("is_known", [True, False], ids=["known", "unknown"])
def test_whose_note_it_is_stays_where_the_key_is_lost(
    away: Page, store: Store, cast: Cast, *, is_known: bool
) -> None:
    if not is_known:
        away.evaluate(FORGET_NAME)
    put(away, "先のもの")
    away.evaluate(DELETE_DATABASE)
    again(away)
    put(away, "あとのもの")
    numbers = [item["sequence"] for item in items(away)]
    assert len(set(numbers)) == (1 if is_known else 2)
    away.unroute(OBSERVATIONS)
    sync(away)
    until_arrived(away, 2)
    until(away, HOLDS, 0)
    token = store.keys.reporter_token(cast.suzuki)
    assert authors(store) == {"先のもの": token, "あとのもの": token}


def test_what_was_deleted_or_has_arrived_does_not_come_back(away: Page) -> None:
    deleted = put(away, "消すもの")
    assert away.evaluate(SPARE) != []
    away.evaluate(f"async (id) => (await {MODULE % 'outbox'}).remove(id)", deleted["id"])
    assert away.evaluate(SPARE) == []
    away.unroute(OBSERVATIONS)
    put(away, "届くもの")
    until_arrived(away, 1)
    until(away, HOLDS, 0)
    away.evaluate(DELETE_DATABASE)
    again(away)
    sync(away)
    assert items(away) == []


def test_what_was_kept_before_there_were_copies_gets_one(away: Page) -> None:
    put(away, "前からのもの")
    away.evaluate("() => caches.delete('spare')")
    again(away)
    until(away, HOLDS, 1)
    away.evaluate(DELETE_DATABASE)
    again(away)
    until(away, WAIT, 1)


def test_where_copies_cannot_be_kept_the_note_is(away: Page) -> None:
    away.add_init_script(NO_CACHES)
    again(away)
    put(away, "一つだけのもの")
    assert len(items(away)) == 1
    away.unroute(OBSERVATIONS)
    until_arrived(away, 1)
