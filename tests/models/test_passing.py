"""Which desks are proposed when a note is passed on, why, and which never are."""

from __future__ import annotations

import uuid

import pytest
from sqlalchemy.orm import Session

from models import passing, staffing
from models.area import AreaTown
from models.desk import Desk, DeskArea, DeskKind
from models.handoff import Handoff
from models.membership import Membership
from models.passing import targets
from models.person import Person, Role
from models.store import Store
from models.thread import Thread
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def staffed(session: Session, cast: Cast, name: str, **more: object) -> Desk:
    """A further desk with somebody at it."""
    desk = Desk(kind=DeskKind.INTAKE_POINT, name=name, made_at=MORNING, **more)
    session.add(desk)
    desk.back_up_by(session.get_one(Desk, cast.core))
    who = Person.enrol(session, role=Role.STAFF, name="森", now=MORNING)
    session.add(Membership(person=who, desk=desk, made_at=MORNING, confirmed_at=MORNING))
    session.flush()
    return desk


def receives(session: Session, desk: Desk, area_id: int) -> None:
    session.add(DeskArea(area_id=area_id, desk_id=desk.id))
    session.flush()


def reasons(handoff: Handoff) -> list[tuple[str, bool, tuple[str, ...]]]:
    found = targets(handoff)
    return [(one.desk.name, one.receives_area, one.fields) for one in found if one.fits]


def north_note(session: Session, cast: Cast, **changed: object) -> Handoff:
    return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **changed)


def test_who_fits_by_both_comes_first_then_by_area_then_by_field(either: Store, cast: Cast) -> None:
    with either.write() as session:
        children = staffed(session, cast, "A こどもの窓口", takes_on=["child"])
        both = staffed(session, cast, "B 町のこどもの窓口", takes_on=["child", "other"])
        near = staffed(session, cast, "C 町の窓口")
        handoff = north_note(session, cast, signs=["no_school", "debt"])
        receives(session, both, cast.city)
        receives(session, near, cast.kitamachi)
        session.add(AreaTown(area_id=cast.city, town_id=cast.kitamachi))
        session.flush()
        assert reasons(handoff) == [
            (both.name, True, ("child", "other")),
            (near.name, True, ()),
            (children.name, False, ("child",)),
        ]
        rest = [one.desk.name for one in targets(handoff) if not one.fits]
        assert rest == ["つながり支援課", session.get_one(Desk, cast.south_desk).name]


def test_a_beat_is_received_by_the_desk_of_its_towns(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.south)
        okada = session.get_one(Person, cast.kimura)
        following = handoff.pass_on(okada, session.get_one(Desk, cast.north_desk), "x", MORNING)
        session.flush()
        south = session.get_one(Desk, cast.south_desk).name
        assert reasons(following) == [(south, True, ())]


def test_a_note_of_no_area_and_no_sign_proposes_nobody(either: Store, cast: Cast) -> None:
    with either.write() as session:
        staffed(session, cast, "こどもの窓口", takes_on=["child"])
        for area in (None, cast.shima):
            handoff = town.note(session, MORNING, by=cast.suzuki, area=area, signs=None)
            assert reasons(handoff) == []
            assert targets(handoff)


def test_a_desk_that_nobody_staffs_is_named_but_not_proposed(either: Store, cast: Cast) -> None:
    with either.write() as session:
        south = session.get_one(Desk, cast.south_desk)
        south.takes_on = ["elderly"]
        handoff = north_note(session, cast)
        assert reasons(handoff) == [(south.name, False, ("elderly",))]
        admin = session.get_one(Person, cast.yamamoto)
        staffing.suspend(session, session.get_one(Person, cast.kimura), admin, MORNING)
        assert reasons(handoff) == []
        assert south in [one.desk for one in targets(handoff)]


def test_volunteers_are_no_target_of_what_is_in_a_hurry(either: Store, cast: Cast) -> None:
    with either.write() as session:
        desk = staffed(session, cast, "茶の間", takes_on=["elderly"], is_volunteer=True)
        calm, hurried = (north_note(session, cast, urgency=u) for u in ("memo", "today"))
        assert desk.name in [name for name, _, _ in reasons(calm)]
        assert desk not in [one.desk for one in targets(hurried)]
        assert not passing.may_go_to(hurried, desk)


def test_its_own_desk_is_no_target_and_a_sealed_note_has_none(either: Store, cast: Cast) -> None:
    with either.write() as session:
        handoff = north_note(session, cast)
        assert handoff.desk not in [one.desk for one in targets(handoff)]
        sealed = north_note(session, cast, not_nearby=True, signs=["not_seen"])
        assert sealed.is_sealed
        assert targets(sealed) == []


def test_a_note_that_nobody_can_read_has_no_field(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.south_desk).takes_on = ["elderly"]
        handoff_id = north_note(session, cast).id
    with either.write() as session:
        handoff = session.get_one(Handoff, handoff_id)
        session.get_one(Thread, handoff.thread_id).wrapped_key = uuid.uuid4().bytes
        session.flush()
        assert reasons(handoff) == []
