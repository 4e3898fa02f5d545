"""The demonstration town is laid out as a real one would be."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from models.area import Area, AreaKind
from models.demo.load import load_demo
from models.desk import DeskKind
from models.person import Person, Role
from models.routing import desk_for
from models.store import Store
from tests.town import MORNING


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
