"""What a list shows of a handoff and its note: plain columns, fifty rows and more at once."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.area import Area, AreaKind
from models.base import keys_of, run
from models.data_key import DataKey
from models.handoff import Doubt, Handoff, HeldReason, Outcome, State
from models.observation import Observation, opened
from models.queue import is_among
from models.taking import CameBy
from models.thread import Thread, key_of
from models.urgency import Urgency, before_raised


class Place(NamedTuple):
    """The area of a note, as far as a list names it."""

    name: str
    kind: AreaKind


class Listed(NamedTuple):
    """One row. It has the names of a Handoff, so that what is said of one is said of it, too."""

    id: uuid.UUID
    thread_id: uuid.UUID
    from_id: uuid.UUID | None
    state: State
    is_open: bool
    is_sealed: bool
    outcome: Outcome | None
    held_reason: HeldReason | None
    urgency: Urgency
    rank: int
    raised_why: list[str]
    is_marked: bool
    is_beyond: bool
    doubt: Doubt | None
    sent_at: dt.datetime
    due_at: dt.datetime
    next_on: dt.date | None
    answered_at: dt.datetime | None
    last_at: dt.datetime
    claimed_by_id: uuid.UUID | None
    is_thread_sealed: bool
    wrapped_key: bytes
    note_id: uuid.UUID
    came_by: CameBy
    sealed_body: bytes | None
    area_name: str | None
    area_kind: AreaKind | None

    @property
    def raised_from(self) -> Urgency:
        """What its writer and its signs made it, where `raised_why` says that it was raised."""
        return before_raised(self.urgency)

    @property
    def area(self) -> Place | None:
        """The area of its note; None where none was found."""
        if self.area_name is None or self.area_kind is None:
            return None
        return Place(self.area_name, self.area_kind)

    def key(self, session: Session) -> DataKey:
        """Its thread's data key; raises Unreadable where it was dropped."""
        return key_of(
            keys_of(session), self.thread_id, self.wrapped_key, sealed=self.is_thread_sealed
        )

    def body(self, session: Session) -> dict[str, Any]:
        """What was written, as `Observation.body` gives it; raises Unreadable once forgotten."""
        if self.sealed_body is None:
            return {}
        return opened(self.key(session), self.note_id, self.sealed_body)


_OF_HANDOFF = Listed._fields[: Listed._fields.index("is_thread_sealed")]
_COLUMNS = (
    *(getattr(Handoff, name) for name in _OF_HANDOFF),
    Thread.is_sealed.label("is_thread_sealed"),
    Thread.wrapped_key,
    Observation.id.label("note_id"),
    Observation.came_by,
    Observation.sealed_body,
    Area.name.label("area_name"),
    Area.kind.label("area_kind"),
)


def read(session: Session, handoffs: sa.Select[Handoff], asked: dict[str, Any]) -> list[Listed]:
    """The rows of a page, each with its note, in one query."""
    return [Listed._make(row) for row in run(session, with_notes(handoffs), asked).all()]


def among(session: Session, handoffs: sa.Select[Handoff], ids: list[uuid.UUID]) -> list[Listed]:
    """Those of some ids, in no order."""
    return read(session, _among(handoffs), {"ids": ids}) if ids else []


@lru_cache(maxsize=64)
def _among(handoffs: sa.Select[Handoff]) -> sa.Select[Handoff]:
    one = aliased(Handoff)
    ids = sa.select(one.id).where(one.id.in_(_IDS), is_among(handoffs, one))
    return sa.select(Handoff).where(Handoff.id.in_(ids))


_IDS = sa.bindparam("ids", expanding=True, type_=sa.Uuid())


@lru_cache(maxsize=128)
def with_notes(handoffs: sa.Select[Handoff]) -> sa.Select[Any]:
    """The statement of a page with the columns of its rows."""
    # Joined from the left, so that the database goes on along the index of the page.
    return (
        handoffs.with_only_columns(*_COLUMNS)
        .outerjoin(Thread, Thread.id == Handoff.thread_id)
        .outerjoin(Observation, Observation.thread_id == Handoff.thread_id)
        .outerjoin(Area, Area.id == Observation.area_id)
    )
