"""The demonstration town is laid out as a real one would be."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import paging, queue, watch, workload
from models.area import Area, AreaKind
from models.demo import DemoSignIn, with_invitations
from models.demo.load import NotEmpty, is_empty, load_demo
from models.desk import Desk, DeskKind
from models.gazetteer import load_municipality
from models.handoff import Handoff, State
from models.invitation import Invitation
from models.joining import Newcomer, redeem
from models.keys import KeyRing
from models.membership import Membership
from models.observation import Observation
from models.person import Person, Role
from models.policy import Actor, Permission, reach
from models.reporter import threads_of
from models.routing import desk_for
from models.store import Store
from models.taking import CameBy
from models.thread import Thread
from models.town import CallNumber, NumberPlace, Town
from models.town_time import local_date
from tests.support.stores import hasty
from tests.town import MORNING

LOADED = {
    "a Tuesday morning": MORNING,
    "Friday after closing": dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC),
    "a Sunday": dt.datetime(2026, 11, 29, 3, tzinfo=dt.UTC),
    "the last minutes of a day": dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC),
    "New Year": dt.datetime(2027, 1, 1, 1, tzinfo=dt.UTC),
}
ALWAYS = {"a Tuesday morning", "New Year"}
LONG = pytest.mark.everything


@dataclass(frozen=True)
class Demo:
    """The demonstration as it was loaded on a Tuesday morning, for reading."""

    store: Store
    sign_ins: list[DemoSignIn]

    def read(self) -> AbstractContextManager[Session]:
        """A reading session."""
        return self.store.read()


@pytest.fixture(scope="module")
def demo(
    tmp_path_factory: pytest.TempPathFactory, model_file: Path, keys: KeyRing
) -> Iterator[Demo]:
    path = tmp_path_factory.mktemp("demo") / "kizuki.sqlite3"
    shutil.copy(model_file, path)
    store = hasty(Store(f"sqlite:///{path}", keys))
    yield Demo(store, load_demo(store, MORNING, lambda _password: ""))
    store.close()


def test_every_commissioner_has_a_beat_whose_notes_reach_an_intake_point(demo: Demo) -> None:
    with demo.read() as session:
        query = sa.select(Area).join(Person).where(Person.role == Role.COMMISSIONER)
        areas = session.scalars(query).all()
        assert len(areas) == 5
        assert {area.kind for area in areas} == {AreaKind.BEAT}
        assert {desk.kind if (desk := desk_for(session, area)) else None for area in areas} == {
            DeskKind.INTAKE_POINT
        }


def test_sixty_notes_of_ninety_days_stand_in_every_state(demo: Demo) -> None:
    with demo.read() as session:
        made = session.scalars(sa.select(Thread.made_at)).all()
        assert len(made) == 60
        assert 85 <= (MORNING - min(made)).days <= 90
        assert set(session.scalars(sa.select(Handoff.state))) == set(State)


def test_four_living_areas_and_more_have_an_intake_point_each_and_there_is_a_core(
    demo: Demo,
) -> None:
    with demo.read() as session:
        areas = Area.of_kind(session, AreaKind.LIVING_AREA)
        desks = [desk_for(session, area) for area in areas]
        assert len(areas) >= 4
        assert len(set(desks)) == len(areas)
        assert {desk.kind for desk in desks if desk} == {DeskKind.INTAKE_POINT}
        assert Desk.core(session) is not None


def test_every_invented_name_is_marked_once(demo: Demo) -> None:
    invented = (AreaKind.LIVING_AREA, AreaKind.BEAT)
    with demo.read() as session:
        names = [area.name for kind in invented for area in Area.of_kind(session, kind)]
        for of in (Desk.name, Town.name):
            names += session.scalars(sa.select(of)).all()
        names += [person.name for person in session.scalars(sa.select(Person))]
        local = CallNumber.place == NumberPlace.LOCAL
        names += session.scalars(sa.select(CallNumber.label).where(local)).all()
        threads = session.scalars(sa.select(Thread)).all()
        names += [name for thread in threads if (name := thread.reporter.shown_name)]
    assert [name for name in names if name.count("（見本）") != 1] == []


def test_some_notes_were_taken_down_at_a_desk_and_one_waits_for_whoever_signs_in(
    demo: Demo,
) -> None:
    with demo.read() as session:
        taken = session.scalars(
            sa.select(Observation).where(Observation.came_by != CameBy.APP)
        ).all()
        assert {note.came_by for note in taken} == {CameBy.TELEPHONE, CameBy.COUNTER}
        assert all(note.noted_at and note.thread.reporter.token is None for note in taken)
        waiting = [note.thread for note in taken if note.thread.handoff.state is State.SENT]
        assert [thread.handoff.desk.name[:4] for thread in waiting] == ["桔梗が丘"]
        assert waiting[0].reporter.shown_name == "まえかわ（見本）"


def test_every_view_of_whoever_may_sign_in_has_something(demo: Demo) -> None:
    empty = []
    with demo.read() as session:
        for sign_in in demo.sign_ins:
            person = Person.with_email(session, sign_in.email)
            assert person is not None
            actor = Actor.of(session, person, MORNING)
            seen = sa.select(Handoff).where(reach(actor, Permission.HANDOFF_READ, Handoff))
            for desk_id in actor.desk_ids:
                desk = session.get_one(Desk, desk_id)
                for view in queue.View:
                    page, asked = paging.page(seen, view, desk, MORNING)
                    if session.scalars(page, asked).first() is None:
                        empty.append(f"{sign_in.role}: {view}")
            if person.role.is_phone and not session.scalar(threads_of(session, person).limit(1)):
                empty.append(sign_in.role)
    assert empty == []


def test_work_is_shared_and_somebody_is_away(demo: Demo) -> None:
    with demo.read() as session:
        by_name = sa.select(Desk).where(Desk.name.startswith("桔梗が丘"))
        desk = session.scalars(by_name).one()
        places = Membership.active(session, desk.id)
        people = [place.person_id for place in places]
        handoffs = sa.select(Handoff)
        nobodys, each = workload.loads(session, handoffs, desk, people, MORNING)
        assert nobodys.waiting > 0
        assert nobodys.moving > 0
        assert all(load.waiting + load.moving > 0 for load in each.values())
        [away] = [place.person_id for place in places if place.is_away(local_date(MORNING))]
        statement, asked = workload.left_behind(handoffs, desk, [away])
        assert session.scalars(statement, asked).all()


@pytest.mark.parametrize("begun", ["areas", "a desk", "a person"])
def test_it_goes_into_no_town_that_somebody_has_begun(store: Store, begun: str) -> None:
    with store.write() as session:
        if begun == "areas":
            load_municipality(session, "24208")
        elif begun == "a desk":
            session.add(Desk(kind=DeskKind.CORE, name="窓口", made_at=MORNING))
        else:
            Person.enrol(session, role=Role.RESIDENT, name="鈴木", now=MORNING)
    with pytest.raises(NotEmpty):
        load_demo(store, MORNING, lambda _password: "")


def test_where_its_sign_ins_cannot_be_kept_there_is_no_demonstration(store: Store) -> None:
    def keep(sign_ins: list[DemoSignIn]) -> None:
        assert sign_ins
        raise OSError("full")

    with pytest.raises(OSError, match="full"):
        load_demo(store, MORNING, lambda _password: "", keep)
    with store.read() as session:
        assert is_empty(session)


def test_who_comes_in_by_passkey_alone_is_invited_and_anew_once_that_was_used(demo: Demo) -> None:
    kept: list[list[DemoSignIn]] = []
    by_link = {one.role for one in demo.sign_ins if one.token}
    assert by_link == {"administrator", "auditor", "sealed"}
    assert {one.role for one in demo.sign_ins} == {"core", "intake", "sealed"} | {
        one.value for one in Role if one is not Role.STAFF
    }
    assert {one.role for one in demo.sign_ins if not one.password} == by_link
    assert with_invitations(demo.store, demo.sign_ins, MORNING, kept.append) == demo.sign_ins
    assert kept == []
    used = next(one for one in demo.sign_ins if one.role == "sealed")
    with demo.store.write() as session:
        invitation = Invitation.by_token(session, used.token)
        assert invitation is not None
        assert redeem(session, invitation, Newcomer(), MORNING) is not None
    rows = with_invitations(demo.store, demo.sign_ins, MORNING, kept.append)
    assert kept == [rows]
    assert [one.role for one in rows if one not in demo.sign_ins] == ["sealed"]
    with demo.read() as session:
        person = Person.with_email(session, used.email)
        assert person is not None
        assert person.memberships[0].is_active


@pytest.mark.parametrize(
    "now",
    [
        pytest.param(now, id=name, marks=() if name in ALWAYS else LONG)
        for name, now in LOADED.items()
    ],
)
def test_the_watchs_first_look_leaves_every_intake_desk_its_work(
    store: Store, now: dt.datetime
) -> None:
    load_demo(store, now, lambda _password: "")
    before = waiting(store)
    watch.watch(store, now + dt.timedelta(minutes=1))
    assert waiting(store) == before
    assert max(before.values()) >= 5
    assert len(before) == 6


def waiting(store: Store) -> dict[str, int]:
    """How many notes wait at each desk."""
    counted = (
        sa.select(Desk.name, sa.func.count())
        .join(Handoff, Handoff.desk_id == Desk.id)
        .where(Handoff.state == State.SENT)
        .group_by(Desk.name)
    )
    with store.read() as session:
        return {row[0]: row[1] for row in session.execute(counted)}
