"""A phone that two people use: neither is offered, sends, or sees what the other wrote."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from flask import Flask
from playwright.sync_api import Page, expect

from models.store import Store
from tests.browser.conftest import LONG
from tests.browser.note_town import let_in
from tests.browser.outbox import MODULE, sync, until, until_registered
from tests.browser.shell_phone import stored
from tests.browser.test_lost_phone import KEYS, SUBSCRIBED, end, key_of
from tests.conftest import SetClock
from tests.town import Cast, note

WORDS = "鈴木が書きかけたこと"
SAVED = f"async () => (await (await {MODULE % 'store'}).all('drafts')).length > 0"
OLD_DRAFT = f"""async () => {{
  const drafts = await {MODULE % "drafts"};
  const store = await {MODULE % "store"};
  await drafts.save("note", {{ id: crypto.randomUUID(), fields: [["words", "だれのものか"]] }});
  const [[key, {{ owner, ...row }}]] = await store.all("drafts");
  await store.remove("drafts", key);
  await store.put("drafts", "note", row);
}}"""


class Shared:
    """The phone, and whoever takes it in hand."""

    def __init__(self, page: Page, url: str, store: Store, app: Flask) -> None:
        self.page, self.url, self.store, self.app = page, url, store, app

    def is_of(self, person: uuid.UUID | None, path: str = "/notes/new") -> Page:
        """Open a page as a person, or as nobody."""
        self.page.context.clear_cookies()
        if person is not None:
            let_in(self.page.context, self.url, self.store, person, self.app)
        self.page.goto(self.url + path)
        expect(self.page.locator("html")).to_have_attribute("data-ready", "")
        return self.page


@pytest.fixture
def shared(page: Page, url: str, store: Store, app: Flask) -> Shared:
    return Shared(page, url, store, app)


def test_a_draft_is_offered_to_its_writer_alone(shared: Shared, cast: Cast) -> None:
    page = shared.is_of(cast.suzuki)
    page.locator("#words").fill(WORDS)
    until(page, SAVED)
    for other in (cast.sato, None):
        shared.is_of(other)
        expect(page.locator("#words")).to_have_value("")
        expect(page.locator("[data-draft-line]")).to_be_hidden()
    shared.is_of(cast.suzuki)
    expect(page.locator("#words")).to_have_value(WORDS)


@LONG
def test_a_draft_of_before_that_names_nobody_is_offered_to_nobody_and_goes(
    shared: Shared, cast: Cast
) -> None:
    page = shared.is_of(cast.suzuki, "/settings")
    page.evaluate(OLD_DRAFT)
    for one in (cast.suzuki, cast.sato):
        shared.is_of(one)
        expect(page.locator("#words")).to_have_value("")
    # What tries the store has a row of its own for a moment.
    until(page, f"async () => !(await (await {MODULE % 'store'}).all('drafts')).length")


def test_titles_go_when_somebody_else_opens_any_page(
    shared: Shared, cast: Cast, store: Store, clock: SetClock
) -> None:
    with store.write() as session:
        note(session, clock.now, by=cast.suzuki, area=cast.kitamachi)
    page = shared.is_of(cast.suzuki, "/notes")
    until(page, f"async () => (await (await {MODULE % 'store'}).all('titles')).length > 0")
    shared.is_of(cast.suzuki, "/settings")
    assert stored(page, "titles")
    shared.is_of(cast.sato, "/settings")
    until(page, f"async () => (await (await {MODULE % 'store'}).all('titles')).length === 0")


@LONG
def test_at_most_the_twenty_newest_titles_are_kept(
    shared: Shared, cast: Cast, store: Store, clock: SetClock
) -> None:
    written = [clock.now - n * dt.timedelta(hours=1) for n in range(21)]
    with store.write() as session:
        for at in reversed(written):
            note(session, at, by=cast.suzuki, area=cast.kitamachi)
    page = shared.is_of(cast.suzuki, "/notes")
    until(page, f"async () => (await (await {MODULE % 'store'}).all('titles')).length > 0")
    ((_, kept),) = stored(page, "titles")
    found = [dt.datetime.fromisoformat(one["at"]) for one in kept["titles"]]
    assert found == written[:20]


OTHERS = f"""async (owner) => {{
  const store = await {MODULE % "store"};
  for (const one of [owner, "nobody"]) {{
    await store.put("drafts", `${{one}} note x`, {{ owner: one }});
  }}
}}"""


@LONG
def test_the_end_of_ones_key_leaves_what_another_is_writing(
    shared: Shared, cast: Cast, store: Store
) -> None:
    page = shared.is_of(cast.suzuki, "/settings")
    until_registered(page)
    lost, suzuki = key_of(page), page.evaluate("() => document.body.dataset.me")
    page.add_init_script(SUBSCRIBED)
    shared.is_of(cast.sato)
    until_registered(page)
    page.locator("#words").fill(WORDS)
    until(page, SAVED)
    page.evaluate(OTHERS, suzuki)
    end(store, cast, lost)
    page.evaluate(f"async () => (await {MODULE % 'device'}).owe()")
    sync(page)
    until(page, f"async (lost) => !(await ({KEYS})()).includes(lost)", lost)
    assert [row["owner"] != suzuki for _, row in stored(page, "drafts")] == [True]
    assert not page.evaluate("() => globalThis.isSilent")
    shared.is_of(cast.sato)
    expect(page.locator("#words")).to_have_value(WORDS)
