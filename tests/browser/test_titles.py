"""The titles a phone keeps for a lost signal: those of the newest notes that it has seen."""

from __future__ import annotations

import datetime as dt

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from models.handoff import RELEASE
from models.person import Person
from models.reply import Said
from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.note_town import let_in
from tests.browser.outbox import MODULE, until
from tests.browser.shell_phone import stored
from tests.conftest import SetClock
from tests.town import Cast, note

KEPT = f"async (n) => (await (await {MODULE % 'store'}).get('titles', 'last'))?.titles.length === n"


@pytest.fixture
def threads(store: Store, cast: Cast, clock: SetClock) -> list[str]:
    """25 notes of Suzuki's, the newest first; all but the three newest have an unread answer."""
    found = []
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        for n in range(25):
            then = clock.now - dt.timedelta(hours=n + 1)
            handoff = note(session, then, by=cast.suzuki, area=cast.kitamachi)
            if n > 2:
                handoff.acknowledge(okada, Said("check"), clock.now - RELEASE)
            found.append(str(handoff.thread_id))
    return found


@pytest.fixture
def suzuki(page: Page, url: str, store: Store, cast: Cast, app: Flask) -> Page:
    let_in(page.context, url, store, cast.suzuki, app)
    return page


def kept(page: Page) -> list[str]:
    return [one["id"] for one in stored(page, "titles")[0][1]["titles"]]


def test_the_newest_are_kept_in_whatever_order_the_list_shows_them(
    suzuki: Page, url: str, threads: list[str]
) -> None:
    suzuki.goto(f"{url}/notes")
    first = suzuki.locator("ul[data-behaviour] a").first
    expect(first).to_have_attribute("href", f"/notes/{threads[3]}")
    until(suzuki, KEPT, 20)
    assert kept(suzuki) == threads[:20]


@LONG
def test_whoever_opens_no_list_keeps_the_titles_of_what_was_opened(
    suzuki: Page, url: str, threads: list[str]
) -> None:
    for n, thread in enumerate((threads[4], threads[1], threads[4]), 1):
        suzuki.goto(f"{url}/notes/{thread}")
        until(suzuki, KEPT, min(n, 2))
    assert kept(suzuki) == [threads[1], threads[4]]
