"""Two at one moment on PostgreSQL: one decides, and one alarm is raised."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit_alarm import AuditAlarm
from models.errors import NotAllowed
from models.handoff import Handoff
from models.person import Person
from models.reveal import asking, deciding, watching
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


def test_of_two_who_decide_at_once_the_second_learns_that_it_is_decided(
    shared: Store, cast: Cast
) -> None:
    asked = ask(shared, cast, danger=False)

    def refuse(session: Session) -> None:
        deciding.refuse(session.get_one(Reveal, asked), session.get_one(Person, cast.kato), MORNING)

    def agree(session: Session) -> None:
        deciding.agree(session.get_one(Reveal, asked), session.get_one(Person, cast.ueda), MORNING)

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
