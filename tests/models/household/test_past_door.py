"""What its household makes hurried goes past a desk of volunteers, and home again when undone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, hidden_line, sealing, staffing
from models.contact import ContactKind
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.handoff import Handoff, State
from models.handoff.doubting import Doubt
from models.household import gathering
from models.household.entity import Raise
from models.membership import Membership
from models.person import Person
from models.reply import Said
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.models.household.test_gathering import everything, gather, undo
from tests.models.household.test_given_back import acts, cast
from tests.models.household.test_urgency import note, stands
from tests.town import MORNING, Cast

__all__ = ["cast"]
RAISED = (Urgency.TODAY, ["household_two_reporters"])
HOUR, SOON = dt.timedelta(hours=1), dt.timedelta(minutes=5)


def weak(session: Session, cast: Cast) -> tuple[uuid.UUID, uuid.UUID]:
    """Two notes of two reporters about one house, at a desk of volunteers."""
    session.get_one(Desk, cast.north_desk).is_volunteer = True
    both = note(session, cast), note(session, cast, by="sato")
    session.flush()
    return both


def told(session: Session, one: uuid.UUID) -> set[uuid.UUID | None]:
    """Who is still to hear that it came."""
    wanted = sa.select(Delivery.person_id).where(
        Delivery.handoff_id == one,
        Delivery.kind == DeliveryKind.NEW_NOTE,
        Delivery.settled_at.is_(None),
    )
    return set(session.scalars(wanted))


def test_both_go_to_whoever_stands_behind_as_what_arrives_so(store: Store, cast: Cast) -> None:
    with store.write() as session:
        both = weak(session, cast)
        gather(session, cast, *both)
        for one in both:
            handoff = session.get_one(Handoff, one)
            assert stands(session, one) == RAISED
            assert (handoff.desk_id, handoff.state) == (cast.core, State.SENT)
            assert handoff.due_at.date() == MORNING.date()
            assert acts(session, one)[-3:] == ["household_raise", "hand_to_backup", "gather"]
            assert {cast.ueda, cast.aoki, cast.ishii} <= told(session, one)
            # The reporter learns nothing of what somebody else noted.
            assert handoff.thread.shown_desk.id == cast.north_desk


def test_undone_all_is_at_home_as_it_was_and_the_backup_hears_no_more(
    either: Store,
) -> None:
    with either.write() as session:
        cast = town.build(session, noise=False)
        both = weak(session, cast)
        before = everything(session)
        made = gather(session, cast, *both, after=60)
        undo(session, cast, made)
        session.expire_all()
        assert everything(session) == before
        for one in both:
            assert acts(session, one)[-2:] == ["household_lower", "household_home"]
            assert told(session, one) == {cast.okada, cast.kato}
            thread = session.get_one(Handoff, one).thread
            assert (thread.shown_desk.id, thread.stays_at_door) == (cast.north_desk, False)


def test_who_only_read_it_there_did_not_act(store: Store, cast: Cast) -> None:
    with store.write() as session:
        one, other = weak(session, cast)
        made = gather(session, cast, one, other)
        session.get_one(Handoff, one).open(session.get_one(Person, cast.ueda), MORNING + HOUR)
        undo(session, cast, made)
        assert stands(session, one) == (Urgency.SOON, [])
        assert session.get_one(Handoff, one).desk_id == cast.north_desk


def _claim(session: Session, cast: Cast, one: Handoff) -> None:
    one.claim(session.get_one(Person, cast.ueda), MORNING)


def _put_down(session: Session, cast: Cast, one: Handoff) -> None:
    ueda = session.get_one(Person, cast.ueda)
    one.claim(ueda, MORNING + SOON)
    one.put_down(ueda, MORNING + SOON)


def _ask(session: Session, cast: Cast, one: Handoff) -> None:
    one.ask(session.get_one(Person, cast.ueda), Said(words="いつからですか"), MORNING + SOON)


def _note_inside(session: Session, cast: Cast, one: Handoff) -> None:
    one.note_inside(session.get_one(Person, cast.ueda), "前にも相談", MORNING + SOON)


def _log_contact(session: Session, cast: Cast, one: Handoff) -> None:
    ueda = session.get_one(Person, cast.ueda)
    one.log_contact(ueda, ContactKind.TELEPHONED, MORNING + SOON)


def _mark(session: Session, cast: Cast, one: Handoff) -> None:
    one.mark(session.get_one(Person, cast.ueda), Doubt.AGAIN, "", MORNING + SOON)


def _acknowledge(session: Session, cast: Cast, one: Handoff) -> None:
    one.acknowledge(session.get_one(Person, cast.ueda), Said("check"), MORNING)


def _pass(session: Session, cast: Cast, one: Handoff) -> None:
    """The deadline that it had at home passes."""
    row = session.get_one(Raise, one.id)
    row.before = {**row.before, "due_at": MORNING.isoformat()}


def _pass_on(session: Session, cast: Cast, one: Handoff) -> None:
    one.pass_on(
        session.get_one(Person, cast.ueda), session.get_one(Desk, cast.south_desk), "南", MORNING
    )


def _empty(session: Session, cast: Cast, one: Handoff) -> None:
    here = sa.select(Membership).where(Membership.desk_id == cast.north_desk)
    for member in session.scalars(here).all():
        session.delete(member)
    session.flush()


@pytest.mark.parametrize(
    ("meanwhile", "left"),
    [
        (_claim, (Urgency.SOON, [])),
        (_put_down, (Urgency.SOON, [])),
        (_ask, (Urgency.SOON, [])),
        (_note_inside, (Urgency.SOON, [])),
        (_log_contact, (Urgency.SOON, [])),
        (_mark, (Urgency.SOON, [])),
        (_acknowledge, RAISED),
        (_pass, (Urgency.SOON, [])),
        (_pass_on, (Urgency.SOON, [])),
        (_empty, (Urgency.SOON, [])),
    ],
)
def test_what_somebody_has_there_or_nobody_could_keep_at_home_stays(
    store: Store,
    cast: Cast,
    meanwhile: Callable[[Session, Cast, Handoff], None],
    left: tuple[Urgency, list[str]],
) -> None:
    with store.write() as session:
        one, other = weak(session, cast)
        made = gather(session, cast, one, other)
        handoff = session.get_one(Handoff, one)
        meanwhile(session, cast, handoff)
        assert made is not None
        due = handoff.due_at
        gathering.undo(session, made, session.get_one(Person, cast.ueda), MORNING + HOUR)
        session.flush()
        assert (handoff.desk_id, handoff.due_at) == (cast.core, due)
        assert stands(session, one) == left
        assert session.scalars(sa.select(Raise)).all() == []
        assert staffing.is_staffed(session, handoff.desk)


def test_what_the_volunteers_acknowledged_goes_with_its_date_and_comes_home_with_it(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        one, other = weak(session, cast)
        handoff = session.get_one(Handoff, one)
        handoff.acknowledge(session.get_one(Person, cast.okada), Said("check"), MORNING)
        named = handoff.next_on
        made = gather(session, cast, one, other, after=60)
        assert (handoff.desk_id, handoff.state) == (cast.core, State.RECEIVED)
        assert handoff.next_on == named
        undo(session, cast, made)
        assert (handoff.desk_id, handoff.next_on) == (cast.north_desk, named)
        assert stands(session, one) == (Urgency.SOON, [])


def test_where_the_core_itself_is_volunteers_it_is_raised_and_told_there(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        session.get_one(Desk, cast.core).is_volunteer = True
        one, other = weak(session, cast)
        for each in (one, other):
            session.get_one(Handoff, each).escalate(session.get_one(Desk, cast.core), MORNING)
        session.flush()
        ueda = session.get_one(Person, cast.ueda)
        pair = (session.get_one(Handoff, each) for each in (one, other))
        made = gathering.gather(*pair, ueda, MORNING)
        session.flush()
        assert made is not None
        assert stands(session, one) == RAISED
        assert session.get_one(Handoff, one).desk_id == cast.core
        assert acts(session, one)[-2:] == ["household_raise", "gather"]


def test_what_its_household_took_past_volunteers_comes_home_and_says_nothing_of_it(
    store: Store, cast: Cast
) -> None:
    with store.write() as session:
        one, other = weak(session, cast)
        gather(session, cast, one, other)
        ueda = session.get_one(Person, cast.ueda)
        sealing.seal(session.get_one(Handoff, one), ueda, MORNING + HOUR)
        session.flush()
        session.expire_all()
        left = session.get_one(Handoff, other)
        assert (left.desk_id, stands(session, other)) == (cast.north_desk, (Urgency.SOON, []))
        lines = audit.lines_about([left]).where(hidden_line.is_shown())
        shown = {line.act for line in session.scalars(lines)}
        assert shown == {"accept"}
        gone = session.get_one(Handoff, one)
        assert (gone.desk_id, gone.is_sealed, gone.urgency) == (cast.core, True, Urgency.TODAY)
        assert not told(session, one) & {cast.okada, cast.kato}
