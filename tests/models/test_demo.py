"""The demonstration town is laid out as a real one would be."""

from __future__ import annotations

import datetime as dt

import pytest
import sqlalchemy as sa

from models import watch
from models.area import Area, AreaKind
from models.demo.load import load_demo
from models.desk import Desk, DeskKind
from models.handoff import Handoff, State
from models.person import Person, Role
from models.routing import desk_for
from models.store import Store
from tests.town import MORNING

LOADED = {
    "a Tuesday morning": MORNING,
    "Friday after closing": dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC),
    "a Sunday": dt.datetime(2026, 11, 29, 3, tzinfo=dt.UTC),
    "the last minutes of a day": dt.datetime(2026, 11, 25, 8, tzinfo=dt.UTC),
    "New Year": dt.datetime(2027, 1, 1, 1, tzinfo=dt.UTC),
}


@pytest.fixture
def demo(store: Store) -> Store:
    load_demo(store, MORNING, lambda _password: "")
    return store


def test_every_commissioner_has_a_beat_whose_notes_reach_an_intake_point(demo: Store) -> None:
    with demo.read() as session:
        query = sa.select(Area).join(Person).where(Person.role == Role.COMMISSIONER)
        areas = session.scalars(query).all()
        assert len(areas) == 5
        assert {area.kind for area in areas} == {AreaKind.BEAT}
        assert {desk.kind if (desk := desk_for(session, area)) else None for area in areas} == {
            DeskKind.INTAKE_POINT
        }


@pytest.mark.parametrize("now", LOADED.values(), ids=LOADED)
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
