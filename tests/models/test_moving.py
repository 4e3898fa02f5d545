"""What is given away always comes to somebody, and what is sealed stays where it is."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import staffing
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff, HeldReason, State
from models.person import Person
from models.reply import Said
from models.store import Store
from models.town_time import local_date
from models.unreached import unreached
from models.urgency import Urgency
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def in_the_north(session: Session, cast: Cast, **changed: object) -> Handoff:
    return town.note(session, MORNING, area=cast.kitamachi, **changed)


def desk(session: Session, desk_id: object) -> Desk:
    return session.get_one(Desk, desk_id)


def okada(session: Session, cast: Cast) -> Person:
    return session.get_one(Person, cast.okada)


def empty_the_south(session: Session, cast: Cast) -> None:
    admin = session.get_one(Person, cast.yamamoto)
    staffing.suspend(session, session.get_one(Person, cast.kimura), admin, MORNING)


def test_what_is_passed_to_an_empty_desk_goes_to_its_backup(either: Store, cast: Cast) -> None:
    with either.write() as session:
        empty_the_south(session, cast)
        handoff = in_the_north(session, cast)
        south = desk(session, cast.south_desk)
        following = handoff.pass_on(okada(session, cast), south, "担当です", MORNING)
        assert following.desk_id == cast.core
        assert handoff.thread.replies[-1].said.params == {"desk": "つながり支援課"}


def test_what_is_passed_by_way_of_an_empty_desk_to_oneself_stays(either: Store, cast: Cast) -> None:
    with either.write() as session:
        empty_the_south(session, cast)
        handoff = town.note(session, MORNING, area=cast.shima)
        south, ueda = desk(session, cast.south_desk), session.get_one(Person, cast.ueda)
        with pytest.raises(Invalid):
            handoff.pass_on(ueda, south, "南部です", MORNING)
        assert (handoff.state, handoff.desk_id) == (State.SENT, cast.core)


def test_what_is_returned_to_a_desk_that_emptied_goes_to_its_backup(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        kimura = session.get_one(Person, cast.kimura)
        handoff = town.note(session, MORNING, area=cast.minamimachi)
        following = handoff.pass_on(kimura, desk(session, cast.north_desk), "北部です", MORNING)
        empty_the_south(session, cast)
        earlier = following.return_back(okada(session, cast), "南部でした", MORNING)
        assert earlier is handoff
        assert (earlier.state, earlier.desk_id) == (State.SENT, cast.core)


def test_urgent_things_go_past_a_desk_of_volunteers(either: Store, cast: Cast) -> None:
    with either.write() as session:
        south = desk(session, cast.south_desk)
        south.is_volunteer = True
        handoff = in_the_north(session, cast, urgency="today")
        assert handoff.urgency is Urgency.TODAY
        following = handoff.pass_on(okada(session, cast), south, "担当です", MORNING)
        assert following.desk_id == cast.core


def test_a_sealed_note_is_placed_at_the_core_only(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff = in_the_north(session, cast, not_nearby=True)
        handoff.state, handoff.held_reason = State.HELD, HeldReason.UNKNOWN_SIGN
        aoki = session.get_one(Person, cast.aoki)
        with pytest.raises(Invalid):
            handoff.place(aoki, desk(session, cast.north_desk), MORNING)
        handoff.place(aoki, desk(session, cast.core), MORNING)
        assert (handoff.state, handoff.desk_id) == (State.SENT, cast.core)


def test_nobody_returns_what_nobody_passed_on(either: Store, cast: Cast) -> None:
    with either.write() as session, pytest.raises(NotAllowed):
        in_the_north(session, cast).return_back(okada(session, cast), "いりません", MORNING)


def test_work_that_comes_back_is_due_by_its_new_deadline(either: Store, cast: Cast) -> None:
    with either.write() as session:
        by, south = okada(session, cast), desk(session, cast.south_desk)
        handoff = in_the_north(session, cast)
        handoff.acknowledge(by, Said("check", date="2026-12-10"), MORNING)
        assert handoff.next_on == dt.date(2026, 12, 8)
        following = handoff.pass_on(by, south, "南部です", MORNING)
        following.return_back(session.get_one(Person, cast.kimura), "北部でした", MORNING)
        assert handoff.state is State.RECEIVED
        assert handoff.next_on == local_date(handoff.due_at) == dt.date(2026, 11, 25)


def test_whoever_owns_the_work_telephones_for_what_reached_nobody(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        by, core = okada(session, cast), desk(session, cast.core)
        handoff = in_the_north(session, cast)
        handoff.acknowledge(by, Said("check", date="2026-12-10"), MORNING)
        session.flush()
        lost = sa.update(Delivery).where(Delivery.reply_id.is_not(None))
        session.execute(lost.values(state=DeliveryState.UNDELIVERABLE))
        handoff.hand_to_backup(core, MORNING)
        session.flush()
        assert not session.scalars(unreached(cast.north_desk)).all()
        assert [one.handoff_id for one in session.scalars(unreached(core.id))] == [handoff.id]
