"""The rows of a list say of a handoff and its note what the session's own rows say."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import listed, narrowing, paging, queue
from models.desk import Desk
from models.errors import Unreadable
from models.handoff import Handoff
from models.listed import Listed
from models.phone import Phone
from models.queue import View
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

ALL = sa.select(Handoff)


def read(session: Session, desk: Desk) -> list[Listed]:
    page, asked = paging.page(ALL, View.TO_ACKNOWLEDGE, desk, MORNING)
    return listed.read(session, page, asked)


def build(session: Session) -> tuple[Cast, Desk, Handoff]:
    cast = town.build(session, noise=False)
    desk = session.get_one(Desk, cast.north_desk)
    handoff = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, urgency="today")
    return cast, desk, handoff


def test_a_row_is_its_handoff_and_its_note(either: Store) -> None:
    with either.write() as session:
        _, desk, handoff = build(session)
        (row,) = read(session, desk)
        note = handoff.thread.observation
        assert note.area is not None
        for name in ("id", "thread_id", "state", "is_open", "is_sealed", "urgency", "raised_why"):
            assert getattr(row, name) == getattr(handoff, name)
        assert (row.due_at, row.next_on, row.last_at) == (handoff.due_at, None, handoff.last_at)
        assert (row.note_id, row.came_by, row.body(session)) == (note.id, note.came_by, note.body)
        assert row.area == (note.area.name, note.area.kind)
        view = View.TO_ACKNOWLEDGE
        assert paging.place_of(row, view) == paging.place_of(handoff, view)


def test_a_row_whose_key_was_dropped_does_not_open(either: Store) -> None:
    with either.write() as session:
        _, desk, handoff = build(session)
        handoff.thread.wrapped_key = b"gone"
        session.flush()
        (row,) = read(session, desk)
        with pytest.raises(Unreadable):
            row.body(session)


def test_what_stands_around_a_list_is_found_on_either_database(either: Store) -> None:
    with either.write() as session:
        cast, desk, _ = build(session)
        counts = queue.counts(ALL, sa.select(Phone))
        found = session.execute(counts, queue.params(desk, MORNING)).one()
        assert (found.waiting, found.telephone, found.today) == (1, 0, 1)
        assert (cast.kitamachi, "北町") in narrowing.areas_of(session, ALL, desk)
