"""The list filter and the rule are the same decision, on random towns; errors deny."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import uuid

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from models.area import Area, AreaKind, AreaTown
from models.base import Base
from models.conflict import Conflict, ConflictKind
from models.credential import Credential, CredentialKind
from models.desk import Desk, DeskArea, DeskKind
from models.desk_template import DeskTemplate, Occasion
from models.handoff import Handoff, Outcome, State
from models.household.entity import Gathering, Household
from models.membership import Membership
from models.mirror import MirrorMonth
from models.person import Person, PersonState, Role
from models.phone import Phone
from models.policy import Actor, Permission, allow, conflict, may_enter, reach, rules
from models.reporter import Reporter
from models.store import Store
from models.thread import Thread
from models.urgency import Urgency
from tests.conftest import NOW
from tests.models.policy.asked import recoveries, reveals

PAIRS = sorted(rules.ROWS, key=str)


def _desks(session: Session) -> list[Desk]:
    core = Desk(kind=DeskKind.CORE, name="core", made_at=NOW)
    desks = [core, *(Desk(kind=DeskKind.INTAKE_POINT, name=n, made_at=NOW) for n in "ab")]
    desks[-1].is_volunteer = True
    session.add_all(desks)
    session.flush()
    return desks


def _areas(session: Session, dice: random.Random, desks: list[Desk]) -> list[Area]:
    """Towns in wider areas that overlap, some of them with a desk."""
    towns = [Area(kind=AreaKind.TOWN, code=name, name=name) for name in "abc"]
    wider = [Area(kind=AreaKind.LIVING_AREA, code=name, name=name) for name in "de"]
    session.add_all((*towns, *wider))
    session.flush()
    for area in wider:
        for town in dice.sample(towns, dice.randint(0, 3)):
            session.add(AreaTown(area_id=area.id, town_id=town.id))
    for area in dice.sample([*towns, *wider], dice.randint(0, 3)):
        session.add(DeskArea(area_id=area.id, desk_id=dice.choice(desks).id))
    return [*towns, *wider]


def _templates(session: Session, desks: list[Desk]) -> None:
    kept = {"occasion": Occasion.REPLY, "position": 1, "sealed_texts": b"", "made_at": NOW}
    session.add_all(DeskTemplate(desk_id=desk.id, **kept) for desk in desks)
    session.flush()


def _phones(session: Session, dice: random.Random, desks: list[Desk], people: list[Person]) -> None:
    for person in dice.sample(people, 4):
        key = Credential(person=person, kind=CredentialKind.DEVICE_KEY, material=b"", made_at=NOW)
        phone = Phone(device=key, heard_at=NOW, silent_at=NOW)
        phone.desk_id = dice.choice([desk.id for desk in desks] + [None])
        session.add_all((key, phone))
    session.flush()


def _people(session: Session, dice: random.Random, desks: list[Desk]) -> list[Person]:
    people, areas = [], [*_areas(session, dice, desks), None]
    for role in (*Role, Role.STAFF, Role.STAFF, Role.STAFF):
        person = Person.enrol(session, role=role, name=role, now=NOW)
        person.state = dice.choice((PersonState.ACTIVE, PersonState.ACTIVE, PersonState.SUSPENDED))
        person.area = dice.choice(areas)
        person.moved_at = dice.choice(
            (None, NOW - dt.timedelta(hours=1), NOW - dt.timedelta(days=2))
        )
        people.append(person)
        if role is not Role.STAFF:
            continue
        for desk in dice.sample(desks, dice.randint(0, 2)):
            membership = Membership(
                person=person,
                desk=desk,
                in_sealed_team=desk.is_core and dice.random() < 0.5,
                is_deputy=dice.random() < 0.3,
                made_at=NOW,
                confirmed_at=dice.choice((NOW, NOW, None)),
                ended_at=dice.choice((None, None, NOW)),
            )
            session.add(membership)
    session.flush()
    return people


def _threads(
    session: Session, dice: random.Random, desks: list[Desk], people: list[Person]
) -> None:
    for _ in range(dice.randint(1, 6)):
        sealed, made_at = dice.random() < 0.4, NOW - dt.timedelta(hours=dice.randint(0, 3))
        thread = Thread.open(session, door_desk=desks[1], sealed=sealed, language="ja", now=made_at)
        session.add(thread)
        session.flush()
        writer = dice.choice([*people, None])
        reporter = Reporter.of(
            thread.keys, thread.id, writer, telephone=None, shows_name=False, may_call=False
        )
        session.add(reporter)
        if dice.random() < 0.2:
            reporter.forget()
        for step in range(1, dice.randint(1, 2) + 1):
            _handoff(session, dice, thread, dice.choice(desks), step)
        _conflicts(session, dice, thread, people)
    session.flush()
    _gatherings(session, dice, people[0])


def _conflicts(session: Session, dice: random.Random, thread: Thread, people: list[Person]) -> None:
    """Some are in conflict, and of some it was taken back."""
    for person in dice.sample(people, dice.randint(0, len(people) - 1)):
        ended_at = dice.choice((None, None, NOW))
        session.add(
            Conflict(
                person_id=person.id,
                thread_id=thread.id,
                kind=ConflictKind.FOUND,
                made_at=NOW,
                ended_at=ended_at,
            )
        )


def _gatherings(session: Session, dice: random.Random, by: Person) -> None:
    threads = session.scalars(sa.select(Thread).order_by(Thread.id)).all()
    for one, other in itertools.pairwise(threads):
        household = Household(id=uuid.uuid4(), made_at=NOW)
        made = Gathering(household=household, one=one, other=other, by=by, at=NOW)
        session.add_all([household, made] if dice.random() < 0.7 else [])
    session.flush()


def _handoff(session: Session, dice: random.Random, thread: Thread, desk: Desk, step: int) -> None:
    state = dice.choice(list(State))
    session.add(
        Handoff(
            thread=thread,
            step=step,
            desk=desk,
            state=state,
            is_open=state.is_open,
            is_sealed=thread.is_sealed,
            outcome=dice.choice((None, None, Outcome.TAKEN_BACK)),
            chosen=Urgency.SOON,
            urgency=Urgency.SOON,
            rank=0,
            sent_at=NOW,
            last_at=NOW,
            due_at=NOW + dt.timedelta(days=1),
        )
    )


def _months(session: Session, dice: random.Random, desks: list[Desk]) -> None:
    for desk in desks:
        for is_sealed in (False, True):
            month = dt.date(2026, dice.randint(1, 10), 1)
            session.add(
                MirrorMonth(desk_id=desk.id, month=month, is_sealed=is_sealed, kept_on=month)
            )
    session.flush()


def _agree(store: Store, seed: int) -> None:
    dice = random.Random(seed)
    with store.write() as session:
        desks = _desks(session)
        people = _people(session, dice, desks)
        _threads(session, dice, desks, people)
        _phones(session, dice, desks, people)
        _months(session, dice, desks)
        _templates(session, desks)
        recoveries(session, dice, people)
        reveals(session, dice, people, desks)
        actors = [Actor.nobody()]
        for person in people:
            is_unlocked = dice.random() < 0.7
            actors.append(Actor.of(session, person, NOW, is_unlocked=is_unlocked))
        for actor in actors:
            for permission, kind in PAIRS:
                rows = session.scalars(sa.select(kind)).all()
                ruled = {row for row in rows if allow(actor, permission, row)}
                filtered = set(
                    session.scalars(sa.select(kind).where(reach(actor, permission, kind)))
                )
                assert filtered == ruled, (permission, kind.__name__, actor)
        session.rollback()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_the_filter_reaches_exactly_the_rows_that_the_rule_allows(store: Store, seed: int) -> None:
    _agree(store, seed)


@settings(max_examples=5, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32))
def test_the_filter_reaches_the_same_on_postgresql(shared: Store, seed: int) -> None:
    _agree(shared, seed)


def test_a_filter_that_forgets_the_conflict_is_noticed(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(conflict, "not_denied", lambda _actor: sa.true())
    with pytest.raises(AssertionError, match="HANDOFF_"):
        _agree_always(store)


def _agree_always(store: Store) -> None:
    for seed in range(20):
        _agree(store, seed)


def test_a_pair_without_a_rule_is_denied(store: Store) -> None:
    admin = Actor(person_id=uuid.uuid4(), role=Role.ADMINISTRATOR)
    with store.read() as session:
        assert not allow(admin, Permission.ANYONE, Person())
        assert (
            session.scalars(sa.select(Person).where(reach(admin, Permission.ANYONE, Person))).all()
            == []
        )


@pytest.mark.parametrize("pair", PAIRS, ids=str)
def test_an_error_in_a_rule_denies(
    store: Store, monkeypatch: pytest.MonkeyPatch, pair: tuple[Permission, type[Base]]
) -> None:
    def fail(*_: object) -> bool:
        raise ZeroDivisionError

    permission, kind = pair
    monkeypatch.setitem(rules.ROWS, pair, (fail, fail))
    monkeypatch.setitem(rules.ENTRY, permission, lambda _actor: True)
    actor = Actor(person_id=uuid.uuid4(), role=Role.STAFF)
    assert not allow(actor, permission, kind())
    with store.read() as session:
        assert session.scalars(sa.select(kind).where(reach(actor, permission, kind))).all() == []


def test_an_error_at_the_entry_denies(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_actor: Actor) -> bool:
        raise ZeroDivisionError

    monkeypatch.setitem(rules.ENTRY, Permission.ANYONE, fail)
    assert not may_enter(Actor.nobody(), Permission.ANYONE)


def test_every_permission_has_an_entry_rule() -> None:
    assert set(rules.ENTRY) == set(Permission)


def test_an_administrator_reads_no_content(store: Store) -> None:
    admin = Actor(person_id=uuid.uuid4(), role=Role.ADMINISTRATOR)
    content = (
        Permission.QUEUE_READ,
        Permission.MIRROR_READ,
        Permission.HANDOFF_READ,
        Permission.HANDOFF_ANSWER,
        Permission.HELD_PLACE,
        Permission.MEMBER_CONFIRM,
        Permission.PHONE_CALL,
        Permission.PHONE_END,
    )
    assert not any(may_enter(admin, permission) for permission in content)
