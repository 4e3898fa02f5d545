"""One's own: who tried, or opened, what is about them; only the log tells, and asks."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from models import declaring, denying, own_clue
from models.audit_alarm import AlarmKind, AuditAlarm
from models.audit_views import SEARCH, SEE, SEE_NUMBER, TRIED, View
from models.audit_watch import watch
from models.conflict import ConflictKind, Relation
from models.handoff import Handoff
from models.person import Person
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

TICK = dt.timedelta(seconds=20)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def note(store: Store, cast: Cast) -> tuple[uuid.UUID, uuid.UUID]:
    """A handoff of the north desk, and its thread."""
    with store.write() as session:
        place = {"place": "北町", "place_detail": "1-2-3"}
        found = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **place)
        return found.id, found.thread_id


def _deny(store: Store, who: uuid.UUID, handoff_id: uuid.UUID) -> None:
    with store.write() as session:
        thread = session.get_one(Handoff, handoff_id).thread
        denying.deny(thread, [who], ConflictKind.FOUND, MORNING)


def _asks(
    store: Store,
    who: uuid.UUID,
    act: str,
    key: uuid.UUID,
    at: dt.datetime = MORNING,
    *,
    desk: uuid.UUID | None = None,
    met: tuple[uuid.UUID, ...] = (),
) -> list[AlarmKind]:
    """They ask for it; which questions the watch has then."""
    kind = "handoff" if act == TRIED else "thread"
    with store.write() as session:
        View(act, kind, str(key), who, at, desk, met).write(session)
    watch(store, at + TICK)
    with store.read() as session:
        own = sa.select(AuditAlarm).where(AuditAlarm.actor_id == who).order_by(AuditAlarm.at)
        return [one.kind for one in session.scalars(own)]


def test_a_try_at_what_is_denied_is_asked_about_once_a_day(
    store: Store, cast: Cast, note: tuple[uuid.UUID, uuid.UUID]
) -> None:
    handoff, _ = note
    _deny(store, cast.okada, handoff)
    later = MORNING + dt.timedelta(hours=1)
    assert _asks(store, cast.okada, TRIED, handoff) == [AlarmKind.OWN]
    assert _asks(store, cast.okada, TRIED, handoff, later) == [AlarmKind.OWN]
    tomorrow = MORNING + dt.timedelta(days=1)
    assert _asks(store, cast.okada, TRIED, handoff, tomorrow) == [AlarmKind.OWN] * 2
    # Who is not near, or asks for what is not there, is asked nothing.
    assert _asks(store, cast.kato, TRIED, handoff) == []
    assert _asks(store, cast.kato, TRIED, uuid.uuid4()) == []


def test_a_search_that_met_what_is_denied_is_asked_about(
    store: Store, cast: Cast, note: tuple[uuid.UUID, uuid.UUID]
) -> None:
    handoff, thread = note
    _deny(store, cast.okada, handoff)
    north = cast.north_desk
    assert _asks(store, cast.okada, SEARCH, north, desk=north) == []
    assert _asks(store, cast.okada, SEARCH, north, desk=north, met=(thread,)) == [AlarmKind.OWN]
    assert _asks(store, cast.kato, SEARCH, north, desk=north, met=(thread,)) == []


def test_whoever_said_so_may_come_upon_it_by_the_way_back(
    store: Store, cast: Cast, note: tuple[uuid.UUID, uuid.UUID]
) -> None:
    handoff, _ = note
    with store.write() as session:
        who = session.get_one(Person, cast.okada)
        declaring.declare(session.get_one(Handoff, handoff), who, Relation.FAMILY, MORNING)
    soon, late = (MORNING + dt.timedelta(minutes=n) for n in (9, 10))
    assert _asks(store, cast.okada, TRIED, handoff, soon) == []
    assert _asks(store, cast.okada, TRIED, handoff, late) == [AlarmKind.OWN]


@pytest.mark.parametrize(
    ("home", "act", "expected"),
    [
        ("みさき市北町1-2-3", SEE, [AlarmKind.OWN_OPENED]),
        ("みさき市北町1-2-3", SEE_NUMBER, [AlarmKind.OWN_OPENED]),
        ("みさき市北町1-2-4", SEE, []),
    ],
)
def test_the_own_house_opened_where_nothing_denied_it_is_asked_about(
    store: Store,
    cast: Cast,
    note: tuple[uuid.UUID, uuid.UUID],
    home: str,
    act: str,
    expected: list[AlarmKind],
) -> None:
    _, thread = note
    with store.write() as session:
        who = session.get_one(Person, cast.okada)
        own_clue.keep(session, who, own_clue.of_given(session, who, home, ""), MORNING)
    assert _asks(store, cast.okada, act, thread, desk=cast.north_desk) == expected
    assert _asks(store, cast.kato, act, thread, desk=cast.north_desk) == []
