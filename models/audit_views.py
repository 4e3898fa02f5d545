"""Who looked: the lines of opened notes, and what staff and reporters are told of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit_line import AuditLine, packed
from models.base import Base
from models.desk import Desk, DeskKind
from models.handoff import Handoff
from models.thread import Thread

SEE = "see"
SEE_PAST = "see_past"
"""Opened though it is none of what the desk still owes."""
SEE_SEALED = "see_sealed"
SEE_PAST_SEALED = "see_past_sealed"
SEE_NUMBER = "see_number"
"""The reporter's telephone number; of what is sealed there is none."""
SEE_PAST_NUMBER = "see_past_number"
SEEN = (SEE, SEE_PAST, SEE_SEALED, SEE_PAST_SEALED, SEE_NUMBER, SEE_PAST_NUMBER)
SEE_THREADS = "see_threads"
REVEALED = ("see_reporter", SEE_THREADS)
"""Opened by a special look; the threads stand beside the line."""
BEYOND = (SEE_PAST, SEE_PAST_SEALED, SEE_PAST_NUMBER, *REVEALED)
TRIED = "not_shown"
"""A note was asked for that is not there, or not for whoever asked: both leave the same line."""
SEARCH = "search"
_STILL_WORK = dt.timedelta(days=1)
SEALED = (SEE_SEALED, SEE_PAST_SEALED)
_WAS_SEALED = sa.case((AuditLine.act.in_(SEALED), 1), else_=0)


@dataclass(frozen=True)
class View:
    """One page that showed something of somebody, as its line will say it."""

    act: str
    object_kind: str
    object_id: str
    by: uuid.UUID
    at: dt.datetime
    desk_id: uuid.UUID | None
    shown: tuple[uuid.UUID, ...] = ()

    def write(self, session: Session) -> None:
        """Add its line, in the caller's transaction."""
        audit.write(
            session,
            self.act,
            self.object_kind,
            self.object_id,
            now=self.at,
            by=self.by,
            desk_id=self.desk_id,
            shown=packed(list(self.shown)),
        )


@dataclass(frozen=True)
class Look:
    """How often people of one desk opened a note, how many they were, and when it was last."""

    desk: Desk
    is_sealed: bool
    """It was sealed when they did."""
    times: int
    people: int
    last_at: dt.datetime


@dataclass(frozen=True)
class Told:
    """The same as its reporter is told it: by the kind of desk, and by the day."""

    kind: DeskKind
    times: int
    last_at: dt.datetime


def act_of(handoff: Handoff, now: dt.datetime, *, is_number: bool = False) -> str:
    """How the line of an opened note is called; what ended within the day is still one's work.

    `is_number`: its reporter's number was shown.
    """
    owed, past = (SEE_SEALED, SEE_PAST_SEALED) if handoff.is_sealed else (SEE, SEE_PAST)
    if is_number:
        owed, past = SEE_NUMBER, SEE_PAST_NUMBER
    return owed if handoff.is_open or now - handoff.last_at < _STILL_WORK else past


def looks(
    session: Session,
    thread_id: uuid.UUID,
    desks: Iterable[uuid.UUID] | None,
    *,
    is_apart: bool = False,
) -> list[Look]:
    """Who opened a note, by desk and in the order of the first time; of `desks` or, None, all.

    `is_apart`: while it was sealed is told for itself.
    """
    was_sealed = _WAS_SEALED if is_apart else sa.literal(0)
    found = session.execute(
        sa.select(
            AuditLine.chain,
            was_sealed.label("is_sealed"),
            sa.func.count().label("times"),
            sa.func.count(AuditLine.actor_id.distinct()).label("people"),
            sa.func.max(AuditLine.at).label("last_at"),
        )
        .where(*_opened(thread_id))
        .group_by(AuditLine.chain, *([was_sealed] if is_apart else []))
        .order_by(sa.func.min(AuditLine.at), AuditLine.chain)
    ).all()
    wanted = None if desks is None else {str(one) for one in desks}
    names = {str(one.id): one for one in session.scalars(sa.select(Desk))} if found else {}
    return [
        Look(names[row.chain], bool(row.is_sealed), row.times, row.people, row.last_at)
        for row in found
        if row.chain in names and (wanted is None or row.chain in wanted)
    ]


def told(thread: Thread) -> list[Told]:
    """Who opened one's own note, by the kind of desk.

    Where no other desk than the door is named to its reporter, none is told of either; and what was
    opened sealed is told of as opened by the desk that they know. A seal changes nothing of what
    was told before it.
    """
    by_kind: dict[DeskKind, Told] = {}
    for look in looks(thread.session, thread.id, None, is_apart=True):
        is_hidden = look.is_sealed or thread.kept_door
        kind = (thread.shown_desk if is_hidden else look.desk).kind
        before = by_kind.get(kind)
        times = look.times + (before.times if before else 0)
        last_at = max(look.last_at, before.last_at) if before else look.last_at
        by_kind[kind] = Told(kind, times, last_at)
    return list(by_kind.values())


def _opened(thread_id: uuid.UUID) -> tuple[sa.ColumnElement[bool], ...]:
    kind = Base.metadata.tables[Thread.__tablename__].name
    return (
        AuditLine.object_id == str(thread_id),
        AuditLine.object_kind == kind,
        AuditLine.act.in_(SEEN),
    )
