"""When an answer counts as read: with the page itself, or once a page that may be late is seen."""

from __future__ import annotations

import re
import uuid

import pytest
from flask.testing import FlaskClient

from models.delivery import Delivery, DeliveryState
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.conftest import SetClock
from tests.support.notes import post
from tests.town import Cast

LATE = {"Kizuki-Patience": "4"}


@pytest.fixture
def thread_id(store: Store, cast: Cast, clock: SetClock) -> uuid.UUID:
    """A note of Suzuki's with an answer."""
    with store.write() as session:
        handoff = town.note(session, clock.now, by=cast.suzuki, area=cast.kitamachi)
        handoff.acknowledge(
            session.get_one(Person, cast.okada), Said("look", date="2026-11-27"), clock.now
        )
        return handoff.thread_id


def ask(store: Store, cast: Cast, thread_id: uuid.UUID, clock: SetClock) -> None:
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        session.get_one(Thread, thread_id).handoff.ask(okada, Said(words="いつ"), clock.now)


def read(store: Store, thread_id: uuid.UUID) -> list[tuple[bool, bool]]:
    """Of each answer, whether its inbox and its delivery say that it was read."""
    with store.read() as session:
        replies = session.get_one(Thread, thread_id).replies
        sent = session.query(Delivery).filter_by(thread_id=thread_id, person_id=None)
        opened = {d.reply_id for d in sent if d.state is DeliveryState.OPENED}
        return [(r.inbox.read_at is not None, r.id in opened) for r in replies if r.inbox]


def seen_on(page: str) -> tuple[str, dict[str, str]]:
    """Where the page says that it is seen, and with what."""
    found = re.search(r'data-seen="(.+?)" data-last="(.+?)" data-csrf="(.+?)"', page)
    assert found, page
    return found[1], {"last": found[2], "csrf_token": found[3]}


def test_without_a_worker_the_page_itself_counts(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID
) -> None:
    page = suzuki.get(f"/notes/{thread_id}").text
    assert "data-seen" not in page
    assert read(store, thread_id) == [(True, True)]


def test_a_page_that_may_come_too_late_counts_once_it_says_that_it_is_seen(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID
) -> None:
    for _ in range(2):
        page = suzuki.get(f"/notes/{thread_id}", headers=LATE).text
        assert "お返事が届いています" in page
        assert read(store, thread_id) == [(False, False)]
    path, said = seen_on(page)
    for _ in range(2):
        answer = suzuki.post(path, data=said)
        assert (answer.status_code, answer.data) == (204, b"")
        assert read(store, thread_id) == [(True, True)]
    assert "data-seen" not in suzuki.get(f"/notes/{thread_id}", headers=LATE).text


def test_what_came_after_the_page_stays_unread(
    suzuki: FlaskClient, store: Store, cast: Cast, clock: SetClock, thread_id: uuid.UUID
) -> None:
    path, said = seen_on(suzuki.get(f"/notes/{thread_id}", headers=LATE).text)
    clock.forward(seconds=1)
    ask(store, cast, thread_id, clock)
    assert suzuki.post(path, data=said).status_code == 204
    assert read(store, thread_id) == [(True, True), (False, False)]
    path, said = seen_on(suzuki.get(f"/notes/{thread_id}", headers=LATE).text)
    assert suzuki.post(path, data=said).status_code == 204
    assert read(store, thread_id) == [(True, True), (True, True)]


@pytest.mark.parametrize("last", ["", "x", str(uuid.uuid4()), None])
def test_a_reading_names_an_answer_of_the_thread(
    suzuki: FlaskClient, store: Store, thread_id: uuid.UUID, last: str | None
) -> None:
    fields = {} if last is None else {"last": last}
    assert post(suzuki, f"/notes/{thread_id}/reading", **fields).status_code == 422
    assert read(store, thread_id) == [(False, False)]


def test_nobody_else_and_no_other_site_says_that_it_was_read(
    client: FlaskClient, suzuki: FlaskClient, store: Store, cast: Cast, thread_id: uuid.UUID
) -> None:
    path, said = seen_on(suzuki.get(f"/notes/{thread_id}", headers=LATE).text)
    assert suzuki.post(path, data={"last": said["last"]}).status_code == 400
    town.signed_in(client, store, cast.tanaka)
    assert post(client, path, last=said["last"]).status_code == 404
    assert read(store, thread_id) == [(False, False)]
