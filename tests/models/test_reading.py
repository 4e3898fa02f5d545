"""What is read once a page was seen, on each database: what stood on it and nothing later."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from models import hearing
from models.delivery import Delivery, DeliveryState
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from tests import town
from tests.town import MORNING, Cast

LATER = MORNING + dt.timedelta(minutes=1)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


@pytest.mark.parametrize("is_named", [True, False])
def test_an_answer_that_came_after_the_page_stays_unread(
    either: Store, cast: Cast, is_named: bool
) -> None:
    with either.write() as session:
        okada = session.get_one(Person, cast.okada)
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        handoff.acknowledge(okada, Said("look", date="2026-11-27"), MORNING)
        thread_id, last = handoff.thread_id, handoff.thread.replies[-1].id
    with either.write() as session:
        if not is_named:
            session.execute(sa.update(Delivery).values(reply_id=None))
        handoff = session.get_one(Thread, thread_id).handoff
        handoff.ask(session.get_one(Person, cast.okada), Said(words="いつ"), LATER)
    for _ in range(2):
        with either.write() as session:
            thread = session.get_one(Thread, thread_id)
            seen = next(reply for reply in thread.replies if reply.id == last)
            hearing.read_until(thread, seen, LATER)
    assert _read(either, thread_id) == [(LATER, DeliveryState.OPENED), (None, DeliveryState.QUEUED)]


def _read(store: Store, thread_id: uuid.UUID) -> list[tuple[dt.datetime | None, DeliveryState]]:
    with store.read() as session:
        replies = session.get_one(Thread, thread_id).replies
        own = Delivery.thread_id == thread_id, Delivery.person_id.is_(None)
        sent = session.scalars(sa.select(Delivery).where(*own).order_by(Delivery.created_at))
        inbox = [reply.inbox for reply in replies if reply.inbox is not None]
        return [(i.read_at, d.state) for i, d in zip(inbox, sent, strict=True)]
