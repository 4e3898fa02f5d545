"""An undone gathering gives back what no person acted upon, and nothing is told a second time."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import watch
from models.audit import AuditLine
from models.desk import Desk
from models.handoff import Handoff, State
from models.household import gathering
from models.household.entity import Raise
from models.person import Person
from models.reply import Said
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.models.household.test_gathering import gather, undo
from tests.models.household.test_urgency import note, stands
from tests.models.test_watch import at
from tests.town import MORNING, Cast

MEMO: dict[str, Any] = {"urgency": "memo", "signs": ()}
HOUR, DAY = dt.timedelta(hours=1), dt.timedelta(days=1)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def acts(session: Session, one: uuid.UUID) -> list[str]:
    lines = sa.select(AuditLine).where(AuditLine.object_id == str(one))
    return [line.act for line in session.scalars(lines.order_by(AuditLine.id))]


def run(store: Store, now: dt.datetime) -> None:
    while watch.watch(store, now):
        pass


def test_what_the_watch_alone_moved_is_raised_no_more(store: Store, cast: Cast) -> None:
    with store.write() as session:
        a, b = note(session, cast, **MEMO), note(session, cast, by="sato", **MEMO)
        made = gather(session, cast, a, b)
        assert stands(session, a)[0] is Urgency.SOON
        due = session.get_one(Handoff, a).due_at
    run(store, due)
    with store.write() as session:
        moved = session.get_one(Handoff, a)
        assert (moved.desk_id, moved.urgency) == (cast.core, Urgency.SOON)
        owed = moved.due_at, moved.watch_at
        undo(session, cast, made)
        for one in (a, b):
            assert stands(session, one) == (Urgency.MEMO, [])
        # Its new deadline is the watch's, and stays.
        assert (moved.desk_id, moved.due_at, moved.watch_at) == (cast.core, *owed)
        assert session.scalars(sa.select(Raise)).all() == []


@pytest.mark.parametrize("is_returned", [False, True])
@pytest.mark.parametrize("is_settled_between", [False, True])
def test_what_was_passed_on_raised_is_raised_no_more(
    store: Store, cast: Cast, *, is_returned: bool, is_settled_between: bool
) -> None:
    with store.write() as session:
        a, b = note(session, cast, **MEMO), note(session, cast, by="sato", **MEMO)
        made = gather(session, cast, a, b)
        okada, kimura = (session.get_one(Person, one) for one in (cast.okada, cast.kimura))
        handoff, south = session.get_one(Handoff, a), session.get_one(Desk, cast.south_desk)
        following = handoff.pass_on(okada, south, "南部です", MORNING)
        session.flush()
        if is_settled_between:
            third = gather(session, cast, b, note(session, cast, **MEMO))
            assert third is not None
        if is_returned:
            following.return_back(kimura, "北部です", MORNING)
        session.flush()
        undo(session, cast, made)
        assert stands(session, a if is_returned else following.id) == (Urgency.MEMO, [])


def test_what_the_next_desk_acknowledged_stays_as_it_met_it(store: Store, cast: Cast) -> None:
    with store.write() as session:
        a, b = note(session, cast, **MEMO), note(session, cast, by="sato", **MEMO)
        made = gather(session, cast, a, b)
        south = session.get_one(Desk, cast.south_desk)
        okada, kimura = (session.get_one(Person, one) for one in (cast.okada, cast.kimura))
        following = session.get_one(Handoff, a).pass_on(okada, south, "南部です", MORNING)
        session.flush()
        following.acknowledge(kimura, Said("check"), MORNING)
        undo(session, cast, made)
        assert stands(session, following.id) == (Urgency.SOON, ["household_two_reporters"])
        assert session.scalars(sa.select(Raise)).all() == []


def test_a_date_that_passed_is_told_once_whoever_undoes(store: Store, cast: Cast) -> None:
    on = dt.date(2026, 11, 26)
    with store.write() as session:
        a, b = note(session, cast, **MEMO), note(session, cast, by="sato", **MEMO)
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, a).acknowledge(okada, Said("check"), MORNING, on)
        made = gather(session, cast, a, b)
        assert stands(session, a)[0] is Urgency.SOON
    now = at("2026-11-27T10:00")
    run(store, now)
    with store.write() as session:
        undo(session, cast, made)
        assert stands(session, a) == (Urgency.MEMO, [])
    run(store, now + HOUR)
    with store.read() as session:
        assert session.get_one(Handoff, a).state is State.RECEIVED
        assert acts(session, a).count("date_passed") == 1


def test_a_reminder_at_the_top_comes_once_a_day_whoever_undoes(store: Store, cast: Cast) -> None:
    with store.write() as session:
        a, b = (
            town.note(session, MORNING, by=by, area=cast.shima, urgency="memo", signs=["thin"]).id
            for by in (cast.suzuki, cast.sato)
        )
        handoff = session.get_one(Handoff, a)
        handoff.urgency, handoff.rank = Urgency.MEMO, 0
        overdue = handoff.due_at + 2 * HOUR
        before = overdue + DAY
    run(store, overdue)
    with store.write() as session:
        ueda = session.get_one(Person, cast.ueda)
        made = gathering.gather(
            session.get_one(Handoff, a), session.get_one(Handoff, b), ueda, overdue
        )
        assert made is not None
        session.flush()
        made_id = made.id
        assert stands(session, a)[1] == ["household_two_reporters"]
        reminded = acts(session, a).count("remind")
    run(store, before)
    with store.write() as session:
        assert acts(session, a).count("remind") == reminded + 1
        undo(session, cast, made_id)
    run(store, before + HOUR)
    with store.read() as session:
        assert acts(session, a).count("remind") == reminded + 1
