"""What stands as one row is told of as one, whatever happens to it."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections import Counter

import pytest
import sqlalchemy as sa

from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.handoff import Handoff
from models.person import Person
from models.reply import Said
from models.store import Store
from models.watch import watch
from tests import town
from tests.models.test_storms import MINUTE, flood, tell
from tests.town import MORNING, Cast

HOUR = dt.timedelta(hours=1)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def told(store: Store, kind: DeliveryKind, since: dt.datetime) -> Counter[uuid.UUID]:
    """How many pushes of a kind each member had since then."""
    with store.read() as session:
        sent = sa.select(Delivery.person_id).where(
            Delivery.kind == kind,
            Delivery.created_at >= since,
            Delivery.person_id.is_not(None),
            Delivery.state != DeliveryState.KEPT,
        )
        return Counter(one for one in session.scalars(sent) if one is not None)


def run(store: Store, now: dt.datetime) -> None:
    while watch(store, now):
        pass


@pytest.fixture
def falling(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of two notes of one minute the later has the smaller id."""
    ids = itertools.count(2**32 - 1, -1)
    monkeypatch.setattr(uuid, "uuid4", lambda: uuid.UUID(int=next(ids) << 96, version=4))


@pytest.mark.usefixtures("falling")
@pytest.mark.parametrize("at_once", [7, pytest.param(200, marks=pytest.mark.everything)])
def test_thirty_notes_that_are_one_row_are_told_of_once_at_each_event(
    store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch, at_once: int
) -> None:
    monkeypatch.setattr("models.watch.AT_ONCE", at_once)
    north, core = {cast.okada, cast.kato}, {cast.aoki, cast.ishii, cast.ueda}
    with store.write() as session:
        notes = [tell(session, cast, n // 10, urgency="now").id for n in range(30)]
        due = max(session.get_one(Handoff, one).due_at for one in notes)
    run(store, due - 7 * MINUTE)
    assert told(store, DeliveryKind.DUE_SOON, MORNING) == dict.fromkeys(north, 1)
    run(store, due)
    assert told(store, DeliveryKind.NEW_NOTE, due) == dict.fromkeys(core, 1)
    assert told(store, DeliveryKind.MOVED_ON, due) == dict.fromkeys(north, 1)
    with store.read() as session:
        moved = [session.get_one(Handoff, one) for one in notes]
        assert {one.desk_id for one in moved} == {cast.core}
        assert sum(one.storm_id is None for one in moved) == 1
    for days in (2, 3):
        noon = MORNING + days * 24 * HOUR
        run(store, noon)
        assert told(store, DeliveryKind.OVERDUE, noon) == dict.fromkeys(core, 1)


def test_what_comes_after_the_row_moved_is_told_to_both_desks_when_it_follows(
    store: Store, cast: Cast
) -> None:
    north, core = {cast.okada, cast.kato}, {cast.aoki, cast.ishii, cast.ueda}
    with store.write() as session:
        due = flood(session, cast, 5, urgency="now")[-1].due_at
    run(store, due)
    with store.write() as session:
        late = tell(session, cast, 100, urgency="now")
        late_id, warned, due = late.id, late.watch_at, late.due_at
    run(store, warned)
    assert told(store, DeliveryKind.DUE_SOON, warned) == dict.fromkeys(north, 1)
    run(store, due)
    with store.read() as session:
        assert session.get_one(Handoff, late_id).storm_id is not None
    assert told(store, DeliveryKind.MOVED_ON, due) == dict.fromkeys(north, 1)
    assert told(store, DeliveryKind.NEW_NOTE, due) == dict.fromkeys(core, 1)


def test_a_row_and_what_stands_under_it_are_warned_of_once_whichever_is_looked_at_first(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        head = flood(session, cast, 6, urgency="today")[0]
        due = head.due_at
        # It was held by somebody when its turn came.
        head.watch_at = due - 10 * MINUTE
    run(store, due - HOUR / 2)
    run(store, due - MINUTE)
    assert told(store, DeliveryKind.DUE_SOON, MORNING) == {cast.okada: 1, cast.kato: 1}


def test_a_note_that_comes_to_a_row_is_told_of_once_the_row_was_looked_at(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        head = flood(session, cast, 5)[0]
        thread_id = head.thread_id
    assert told(store, DeliveryKind.NEW_NOTE, MORNING + 4 * MINUTE) == {}
    with store.write() as session:
        Delivery.read(session, thread_id=thread_id, person_id=cast.okada, now=MORNING + 5 * MINUTE)
        tell(session, cast, 6)
        tell(session, cast, 7)
    after = told(store, DeliveryKind.NEW_NOTE, MORNING + 6 * MINUTE)
    assert after == {cast.okada: 1}
    with store.read() as session:
        named = sa.select(Delivery.thread_id).where(Delivery.created_at >= MORNING + 6 * MINUTE)
        assert set(session.scalars(named)) == {thread_id}


def test_what_the_row_left_behind_is_told_of_for_itself(store: Store, cast: Cast) -> None:
    with store.write() as session:
        notes = flood(session, cast, 6, urgency="today")
        due, ids = notes[0].due_at, [one.id for one in notes]
    with store.write() as session:
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, ids[0]).acknowledge(okada, Said("check"), MORNING + HOUR)
    run(store, due - HOUR / 2)
    assert told(store, DeliveryKind.DUE_SOON, MORNING) == {cast.okada: 1, cast.kato: 1}
    with store.read() as session:
        named = sa.select(Delivery.handoff_id).where(Delivery.kind == DeliveryKind.DUE_SOON)
        assert set(session.scalars(named)) == {ids[1]}
