"""What becomes of a household when a note, its reporter or its desk leaves it."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import staffing
from models.audit import AuditLine, broken_chains
from models.base import Base
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff, State
from models.household.entity import Gathering, Household, Raise
from models.household.voices import reporters
from models.person import Person
from models.purge import purge
from models.reply import Said
from models.speech import SpeechKind, read, say
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.models.household.test_gathering import cast, gather, together_with, undo
from tests.models.household.test_urgency import note, stands
from tests.support.at_once import following
from tests.town import MORNING, Cast

__all__ = ["cast"]
SECOND = dt.timedelta(seconds=1)


def _thread(session: Session, one: uuid.UUID) -> uuid.UUID:
    return session.get_one(Handoff, one).thread_id


def _take_back(session: Session, one: uuid.UUID, after: int = 60) -> None:
    thread = session.get_one(Handoff, one).thread
    say(thread, read(SpeechKind.WITHDRAWAL, {"how": "back"}), MORNING + after * SECOND)
    session.flush()


def _left(session: Session) -> list[int]:
    kinds: tuple[type[Base], ...] = (Household, Gathering, Raise)
    return [len(session.scalars(sa.select(kind)).all()) for kind in kinds]


def test_a_note_that_is_taken_back_leaves_its_household(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        due = session.get_one(Handoff, a).due_at
        gather(session, cast, a, b)
        _take_back(session, b)
        assert stands(session, a) == (Urgency.SOON, [])
        assert session.get_one(Handoff, a).due_at == due
        assert _left(session) == [0, 0, 0]
        assert broken_chains(session) == []


def test_nor_does_an_acknowledgement_that_waits_keep_it_there(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        gather(session, cast, a, b)
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, b).acknowledge(okada, Said("check"), MORNING + 2 * SECOND)
        _take_back(session, b, after=4)
        assert session.get_one(Handoff, b).state is State.CLOSED
        assert stands(session, a) == (Urgency.SOON, [])
        assert _left(session) == [0, 0, 0]


def test_a_purged_note_leaves_two_households_where_it_held_one(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, c, d, e = (note(session, cast, signs=()) for _ in range(4))
        bridge = note(session, cast, by="sato", signs=("thin",))
        for n, pair in enumerate([(a, bridge), (bridge, c), (a, d), (c, e)]):
            gather(session, cast, *pair, after=n)
        assert stands(session, a)[0] is Urgency.TODAY
        purge(session, session.get_one(Handoff, bridge).thread, MORNING + 60 * SECOND, cast.okada)
        assert together_with(session, a) == {a, d}
        assert together_with(session, c) == {c, e}
        assert len(set(session.scalars(sa.select(Gathering.household_id)))) == 2
        assert stands(session, a) == stands(session, d) == (Urgency.SOON, [])
        assert _left(session) == [2, 2, 0]
        lines = sa.select(AuditLine.actor_id).where(AuditLine.act == "ungather")
        assert set(session.scalars(lines)) == {cast.okada}


def test_the_notes_of_one_who_left_are_not_two_voices(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, signs=())
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)
        c = note(session, cast, by="sato", signs=())
        gather(session, cast, a, b)
        assert stands(session, a) == (Urgency.SOON, [])
        assert reporters(session, [_thread(session, one) for one in (a, b)]) == 1
        gather(session, cast, a, c)
        assert stands(session, a) == stands(session, c) == (Urgency.SOON, [])


def test_what_two_raised_is_not_lowered_because_one_left(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b, c = note(session, cast), note(session, cast, by="sato"), note(session, cast, signs=())
        first = gather(session, cast, a, b)
        gather(session, cast, a, c)
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)
        gather(session, cast, b, note(session, cast, by="sato", signs=()))
        assert stands(session, a)[1] == stands(session, b)[1] == ["household_two_reporters"]
        undo(session, cast, first)
        assert stands(session, a)[1] == stands(session, c)[1] == []


def test_a_new_note_is_not_raised_by_who_left(either: Store, cast: Cast) -> None:
    house = {"place_detail": "三丁目2番1号"}
    with either.write() as session:
        note(session, cast, signs=(), **house)
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)
        assert stands(session, note(session, cast, by=None, **house))[1] == []
        assert stands(session, note(session, cast, by="sato", **house))[1] == ["two_reporters"]


def test_what_was_acknowledged_a_moment_ago_goes_out_before_it_is_freed(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        made = gather(session, cast, a, b)
        okada, handoff = session.get_one(Person, cast.okada), session.get_one(Handoff, a)
        handoff.acknowledge(okada, Said("check"), MORNING)
        undo(session, cast, made)
        with pytest.raises(NotAllowed):
            handoff.undo(okada, lambda: MORNING + 2 * SECOND)
        assert handoff.state is State.RECEIVED
        assert stands(session, b) == (Urgency.SOON, [])


def test_what_was_undone_before_is_given_back(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        made = gather(session, cast, a, b)
        okada, handoff = session.get_one(Person, cast.okada), session.get_one(Handoff, a)
        handoff.acknowledge(okada, Said("check"), MORNING)
        handoff.undo(okada, lambda: MORNING + SECOND)
        undo(session, cast, made)
        assert stands(session, a) == stands(session, b) == (Urgency.SOON, [])


def test_a_raised_note_is_told_to_its_desk_wherever_it_went(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b, c = note(session, cast), note(session, cast, signs=()), note(session, cast, by="sato")
        gather(session, cast, a, b)
        okada, south = session.get_one(Person, cast.okada), session.get_one(Desk, cast.south_desk)
        following_one = session.get_one(Handoff, b).pass_on(okada, south, "", MORNING)
        session.flush()
        with pytest.raises(NotAllowed):
            gather(session, cast, b, c)
        session.execute(sa.delete(Delivery))
        gather(session, cast, a, c)
        assert following_one.urgency is Urgency.TODAY
        told = sa.select(Delivery.kind, Delivery.high, Delivery.person_id).where(
            Delivery.handoff_id == following_one.id
        )
        assert set(session.execute(told).all()) == {(DeliveryKind.NEW_NOTE, True, cast.kimura)}


def test_new_reasons_are_in_the_audit_and_the_same_ones_are_not(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b, c = note(session, cast), note(session, cast, by="sato"), note(session, cast, signs=())
        gather(session, cast, a, b)
        gather(session, cast, a, c)
        lines = sa.select(AuditLine.object_id).where(AuditLine.act == "household_reason")
        assert session.scalars(lines).all() == []
        gather(session, cast, a, note(session, cast, signs=("thin", "repeats")))
        assert set(session.scalars(lines)) == {str(a), str(b), str(c)}


def test_who_answers_one_note_never_waits_crosswise_with_who_frees_it(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
        a, b = note(session, cast), note(session, cast, by="sato")
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, b).acknowledge(okada, Said("check"), MORNING - 60 * SECOND)
        made = gather(session, cast, a, b)
    freed = following(shared, lambda session: undo(session, cast, made))
    with freed as (begin, refused), shared.write() as session:
        handoff, kato = session.get_one(Handoff, b), session.get_one(Person, cast.kato)
        handoff.lock_unmoved()
        begin()
        handoff.reply(kato, Said("still_on_it"), MORNING)
    assert refused == []
    with shared.read() as session:
        assert _left(session) == [0, 0, 0]


def test_who_takes_a_note_back_meets_whoever_gathers_it(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
        a, b = note(session, cast), note(session, cast, by="sato")
    meeting = following(shared, lambda session: gather(session, cast, a, b))
    with meeting as (begin, refused), shared.write() as session:
        _take_back(session, b)
        begin()
    assert [type(one) for one in refused] == [NotAllowed]
    with shared.read() as session:
        assert _left(session) == [0, 0, 0]
