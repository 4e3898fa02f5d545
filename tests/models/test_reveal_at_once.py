"""Two at one moment on PostgreSQL: one decides, and one alarm is raised."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import sealing
from models.audit_alarm import AuditAlarm
from models.conflict import ConflictKind
from models.errors import NotAllowed
from models.handoff import Handoff
from models.household import denied
from models.person import Person
from models.policy import Actor, Permission, allow
from models.reveal import asking, deciding, opening, watching
from models.reveal.entity import WITHIN, Reveal
from models.store import Store
from tests import town
from tests.support.at_once import Act, together
from tests.town import MORNING, Cast


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


def ask(store: Store, cast: Cast, *, danger: bool) -> uuid.UUID:
    with store.write() as session:
        sent: Handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
        by = session.get_one(Person, cast.okada)
        made = asking.ask_reporter(sent, sent.desk_id, by, "心配", MORNING, is_danger=danger)
        return made.id


def held(session: Session, asked: uuid.UUID) -> Reveal:
    reveal = session.get_one(Reveal, asked)
    deciding.hold(reveal)
    return reveal


@pytest.mark.parametrize("comes", ["seal", "conflict"])
def test_whoever_agrees_meets_what_came_meanwhile(shared: Store, cast: Cast, comes: str) -> None:
    asked = ask(shared, cast, danger=False)
    may: list[bool] = []

    def come(session: Session) -> None:
        [thread] = session.get_one(Reveal, asked).threads
        if comes == "seal":
            sealing.seal(thread.handoff, session.get_one(Person, cast.okada), MORNING)
        else:
            denied.hold(session, [thread.id])
            people = [cast.okada, cast.kato]
            denied.deny(session, [thread.id], people, ConflictKind.FOUND, MORNING)

    def agree(session: Session) -> None:
        kato = session.get_one(Person, cast.kato)
        actor, reveal = Actor.of(session, kato, MORNING), session.get_one(Reveal, asked)
        may.append(allow(actor, Permission.REVEAL_DECIDE, reveal))
        deciding.hold(reveal)
        may.append(allow(actor, Permission.REVEAL_DECIDE, reveal))
        may.append(opening.has_reader(reveal, MORNING))

    assert together(shared, come, agree) == []
    assert may == [True, False, False]


def test_of_two_who_decide_at_once_the_second_learns_that_it_is_decided(
    shared: Store, cast: Cast
) -> None:
    asked = ask(shared, cast, danger=False)

    def refuse(session: Session) -> None:
        deciding.refuse(held(session, asked), session.get_one(Person, cast.kato), MORNING)

    def agree(session: Session) -> None:
        deciding.agree(held(session, asked), session.get_one(Person, cast.ueda), MORNING)

    [refused] = together(shared, refuse, agree)
    assert isinstance(refused, NotAllowed)
    with shared.read() as session:
        reveal = session.get_one(Reveal, asked)
        assert (reveal.is_agreed, reveal.opened_at) == (False, None)


def test_two_workers_raise_one_alarm(shared: Store, cast: Cast) -> None:
    ask(shared, cast, danger=True)

    def raises() -> Act:
        return lambda session: watching.raise_late(session, MORNING + WITHIN)

    together(shared, raises(), raises())
    with shared.read() as session:
        assert [one.count for one in session.scalars(sa.select(AuditAlarm))] == [1]
