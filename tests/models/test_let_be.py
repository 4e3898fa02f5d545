"""What was taken back is nobody's to read, and volunteers keep no hurried note."""

from __future__ import annotations

import datetime as dt

import pytest

from models import dispatch, hearing, policy, staffing
from models.delivery import Delivery
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff
from models.person import Person
from models.policy import Actor, Permission
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

SOON = MORNING + dt.timedelta(minutes=1)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def test_a_note_that_was_taken_back_is_read_and_listed_by_nobody(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        okada = Actor.of(session, session.get_one(Person, cast.okada))
        assert policy.allow(okada, Permission.HANDOFF_READ, handoff)
        handoff.take_back(SOON)
        session.flush()
        assert not policy.allow(okada, Permission.HANDOFF_READ, handoff)
        reach = policy.reach(okada, Permission.HANDOFF_READ, Handoff)
        assert session.query(Handoff).where(reach).all() == []


def test_nobody_is_told_of_a_note_that_was_taken_back(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        other = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        handoff.take_back(SOON)
    with either.write() as session:
        due = [job.id for job in dispatch.claim(session, SOON)]
        told = [session.get_one(Delivery, one) for one in due]
        assert {one.person_id for one in told} == {cast.okada, cast.kato}
        assert {one.handoff_id for one in told} == {other.id}


def test_nothing_is_added_to_a_note_that_was_taken_back(store: Store, cast: Cast) -> None:
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        handoff.take_back(SOON)
        with pytest.raises(NotAllowed) as refusal:
            hearing.add(handoff.thread, "土曜からです。", SOON)
        assert refusal.value.key == "note.problem.taken_back"


def test_a_desk_that_volunteers_take_over_gives_its_hurried_notes_to_its_backup(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        hurried = town.note(session, MORNING, area=cast.kitamachi, urgency="today")
        calm = town.note(session, MORNING, area=cast.kitamachi, urgency="memo", signs=["garden"])
        desk = session.get_one(Desk, cast.north_desk)
        desk.is_volunteer = True
        staffing.hand_over_untaken(session, desk, SOON)
        assert (hurried.desk.id, calm.desk.id) == (cast.core, cast.north_desk)
