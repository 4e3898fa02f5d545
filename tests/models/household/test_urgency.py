"""Weak notes about one household raise each other, say why, and go back with the gathering."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import watch
from models.delivery import Delivery
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff, Outcome, State
from models.household.entity import Raise
from models.observation import Observation
from models.person import Person
from models.reply import Said
from models.store import Store
from models.thread import Thread
from models.urgency import Urgency
from tests import town
from tests.models.household.test_gathering import cast, everything, gather, undo
from tests.town import MORNING, Cast

__all__ = ["cast"]
LATER = MORNING + dt.timedelta(minutes=30)


def note(
    session: Session,
    cast: Cast,
    by: str | None = "suzuki",
    days: int = 0,
    signs: tuple[str, ...] = ("not_seen",),
    **changed: object,
) -> uuid.UUID:
    """A note of some days ago."""
    writer = None if by is None else getattr(cast, by)
    at = MORNING - dt.timedelta(days=days)
    return town.note(session, at, by=writer, area=cast.kitamachi, signs=list(signs), **changed).id


def stands(session: Session, one: uuid.UUID) -> tuple[Urgency, list[str]]:
    """How urgent it is, and why."""
    handoff = session.get_one(Handoff, one)
    assert handoff.rank == -handoff.urgency.rank
    return handoff.urgency, handoff.raised_why


def test_two_reporters_of_one_household_raise_both_and_the_undo_gives_all_back(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato", days=3)
        session.flush()
        before, due = everything(session), session.get_one(Handoff, a).due_at
        made = gather(session, cast, a, b, after=60)
        for one in (a, b):
            assert stands(session, one) == (Urgency.TODAY, ["household_two_reporters"])
        assert session.get_one(Handoff, a).due_at < due
        undo(session, cast, made)
        session.expire_all()
        assert everything(session) == before


def test_what_was_given_back_before_it_was_sent_is_not_told(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        told = sa.select(Delivery.handoff_id).where(Delivery.person_id.is_not(None))
        before = sorted(session.scalars(told))
        made = gather(session, cast, a, b, after=60)
        assert len(session.scalars(told).all()) > len(before)
        undo(session, cast, made)
        assert sorted(session.scalars(told)) == before


@pytest.mark.parametrize(
    ("days", "by", "signs", "why"),
    [
        (3, "suzuki", ("thin", "repeats"), ["household_three_signs"]),
        (3, "suzuki", ("thin",), []),
        (15, "sato", ("thin", "repeats"), []),
        (3, None, ("thin", "repeats"), ["household_three_signs", "household_two_reporters"]),
    ],
)
def test_the_rule_is_that_of_one_place(
    either: Store, cast: Cast, days: int, by: str | None, signs: tuple[str, ...], why: list[str]
) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by=by, days=days, signs=signs)
        gather(session, cast, a, b)
        assert stands(session, a)[1] == why


def test_good_news_and_what_is_hurried_already_are_not_raised(either: Store, cast: Cast) -> None:
    with either.write() as session:
        glad = note(session, cast, signs=("recovered",), urgency="memo")
        now = note(session, cast, by="sato", urgency="today")
        gather(session, cast, glad, now)
        assert stands(session, glad) == (Urgency.MEMO, [])
        assert stands(session, now) == (Urgency.TODAY, [])


def test_what_was_taken_back_is_no_voice(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b, c = (note(session, cast, by=by) for by in ("suzuki", "sato", "suzuki"))
        gather(session, cast, a, b)
        session.get_one(Handoff, b).outcome = Outcome.TAKEN_BACK
        with pytest.raises(NotAllowed):
            gather(session, cast, b, c)
        gather(session, cast, a, c)
        assert stands(session, a)[1] == []


def test_a_note_that_cannot_be_opened_is_still_a_voice(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        broken = sa.update(Observation).where(
            Observation.thread_id == session.get_one(Handoff, b).thread_id
        )
        session.execute(broken.values(sealed_body=b"\1"))
        gather(session, cast, a, b)
        assert stands(session, a)[1] == ["household_two_reporters"]


def test_with_another_gathering_left_the_raise_stays_and_says_what_holds(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        a = note(session, cast)
        b, c = note(session, cast, by="sato"), note(session, cast, signs=("thin", "repeats"))
        first = gather(session, cast, a, b)
        second = gather(session, cast, a, c)
        both = ["household_three_signs", "household_two_reporters"]
        assert stands(session, a) == (Urgency.TODAY, both)
        undo(session, cast, first)
        assert stands(session, a) == (Urgency.TODAY, ["household_three_signs"])
        assert stands(session, b) == (Urgency.SOON, [])
        undo(session, cast, second)
        assert stands(session, a) == (Urgency.SOON, [])
        assert session.scalars(sa.select(Raise)).all() == []


def test_what_somebody_acted_upon_stays_as_they_met_it(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        made = gather(session, cast, a, b)
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, a).acknowledge(okada, Said("check"), LATER)
        undo(session, cast, made)
        assert stands(session, a) == (Urgency.TODAY, ["household_two_reporters"])
        assert session.get_one(Handoff, a).state is State.RECEIVED
        assert stands(session, b) == (Urgency.SOON, [])
        assert session.scalars(sa.select(Raise)).all() == []


def test_new_reasons_are_not_written_over_what_somebody_acted_upon(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        gather(session, cast, a, b)
        okada = session.get_one(Person, cast.okada)
        session.get_one(Handoff, a).acknowledge(okada, Said("check"), LATER)
        gather(session, cast, b, note(session, cast, signs=("thin", "repeats")))
        assert stands(session, a)[1] == ["household_two_reporters"]
        assert len(stands(session, b)[1]) == 2


def test_a_deadline_is_never_moved_back(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a = note(session, cast, days=7, signs=("garden",), urgency="memo")
        b = note(session, cast, by="sato", signs=("garden",), urgency="memo")
        due = session.get_one(Handoff, a).due_at
        gather(session, cast, a, b)
        assert stands(session, a)[0] is Urgency.SOON
        assert session.get_one(Handoff, a).due_at == due


def test_who_only_read_it_did_not_act(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        made = gather(session, cast, a, b)
        handoff = session.get_one(Handoff, b)
        handoff.open(session.get_one(Person, cast.okada), LATER)
        undo(session, cast, made)
        assert stands(session, b) == (Urgency.SOON, [])
        assert handoff.last_at == LATER


def test_what_is_acknowledged_rises_in_the_list_alone(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        handoff = session.get_one(Handoff, a)
        handoff.acknowledge(session.get_one(Person, cast.okada), Said("check"), MORNING)
        owed = handoff.due_at, handoff.watch_at, handoff.last_at
        made = gather(session, cast, a, b)
        assert stands(session, a)[0] is Urgency.TODAY
        assert (handoff.due_at, handoff.watch_at, handoff.last_at) == owed
        assert handoff.before is None
        undo(session, cast, made)
        assert stands(session, a) == (Urgency.SOON, [])


def test_a_desk_of_volunteers_keeps_nothing_hurried(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        a, b = (
            note(session, cast),
            note(session, cast, by="sato", urgency="memo", signs=("garden",)),
        )
        gather(session, cast, a, b)
        assert stands(session, a) == (Urgency.TODAY, ["household_two_reporters"])
        assert stands(session, b) == (Urgency.SOON, ["household_two_reporters"])
        desks = [session.get_one(Handoff, one).desk_id for one in (a, b)]
        assert desks == [cast.core, cast.north_desk]


def test_the_reporter_is_shown_the_same_desk_before_and_after(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
        a, b = note(session, cast), note(session, cast, by="sato")
        thread = session.get_one(Thread, session.get_one(Handoff, a).thread_id)
        thread.handoff.escalate(session.get_one(Desk, cast.core), MORNING)
        session.flush()
        assert thread.shown_desk.id == cast.core
        gather(session, cast, a, b)
        assert stands(session, a)[0] is Urgency.TODAY
        assert thread.shown_desk.id == cast.core


def test_a_sealed_note_never_raises_another_but_is_raised(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, sealed = note(session, cast), note(session, cast, by="sato", not_nearby=True)
        b = note(session, cast, by="sato", signs=())
        gather(session, cast, a, sealed, by="aoki")
        gather(session, cast, sealed, b, by="aoki")
        assert stands(session, a) == stands(session, b) == (Urgency.SOON, [])
        assert stands(session, sealed) == (Urgency.TODAY, ["household_two_reporters"])


def test_the_watch_minds_the_new_deadline(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = note(session, cast), note(session, cast, by="sato")
        gather(session, cast, a, b)
        due = session.get_one(Handoff, a).due_at
    watch.watch(either, due + dt.timedelta(minutes=1))
    with either.read() as session:
        assert session.get_one(Handoff, a).desk_id == cast.core
