"""A list that is narrowed to a field is opened row by row, as far as it says."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import fielded
from models.desk import Desk
from models.field import fields_of
from models.handoff import Handoff
from models.listed import Listed
from models.narrowing import Narrowing
from models.queue import View
from models.sign import Field
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.town import MORNING

ALL = sa.select(Handoff)
CHILD, OLD = {"signs": ["night_out"]}, {"signs": ["thin"]}


@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"signs": ["thin", "night_out"]}, {Field.ELDERLY, Field.CHILD}),
        ({"signs": ["thin"], "about": "child"}, {Field.ELDERLY}),
        ({"about": "disability"}, {Field.DISABILITY}),
        ({"about": "household"}, {Field.OTHER}),
        ({"signs": ["unheard_of"]}, {Field.OTHER}),
        ({}, {Field.OTHER}),
    ],
)
def test_a_note_has_the_fields_of_its_signs_else_of_whom_it_is_about(
    body: dict[str, Any], fields: set[Field]
) -> None:
    assert fields_of(body) == fields


def fill(session: Session, *notes: dict[str, Any]) -> tuple[Desk, list[Handoff]]:
    """Notes at the north desk, in the order of its list."""
    cast = town.build(session, noise=False)
    made = [
        town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, urgency="today", **one)
        for one in notes
    ]
    return session.get_one(Desk, cast.north_desk), sorted(made, key=lambda one: one.id)


def read(
    session: Session, desk: Desk, after: str = "", **more: Any
) -> tuple[list[Listed], str, int]:
    narrowing = Narrowing(field=Field.CHILD, **more)
    view = View.TO_ACKNOWLEDGE
    return fielded.read(session, ALL, view, desk, MORNING, after=after, narrowing=narrowing, size=2)


def test_page_behind_page_it_is_the_same_list_without_the_others(
    either: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fielded, "_AT_ONCE", 2)
    with either.write() as session:
        desk, made = fill(session, CHILD, OLD, CHILD, OLD, OLD, CHILD, CHILD, OLD)
        wanted = [one.id for one in made if "night_out" in one.thread.observation.body["signs"]]
        seen, after, pages = [], "", 0
        while pages == 0 or after:
            rows, after, _ = read(session, desk, after)
            seen += [row.id for row in rows]
            pages += 1
        assert seen == wanted
        assert read(session, desk, urgency=Urgency.MEMO) == ([], "", 0)


def test_it_is_opened_only_so_far_and_goes_on_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fielded, "_AT_ONCE", 2)
    monkeypatch.setattr(fielded, "FAR", 4)
    with store.write() as session:
        desk, _ = fill(session, *[OLD] * 7)
        rows, after, looked = read(session, desk)
        assert (rows, bool(after), looked) == ([], True, 4)
        assert read(session, desk, after) == ([], "", 3)


def test_what_cannot_be_opened_is_of_no_field(store: Store) -> None:
    with store.write() as session:
        desk, (note,) = fill(session, CHILD)
        assert len(read(session, desk)[0]) == 1
        note.thread.wrapped_key = b"gone"
        session.flush()
        assert read(session, desk) == ([], "", 1)
