"""Who may not see a note, whatever else lets them: it is about themselves or somebody near.

Declared by the person, found by address or name, or asked for by whoever wrote. A row denies one
person one thread, in every list and count; the policy reads these rows and so does `readers`,
so that who may not read is neither told nor counted among those who own it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, insert, run, words_of


class ConflictKind(StrEnum):
    """How it is known."""

    DECLARED = "declared"
    FOUND = "found"
    """By the address, the employer or the name that the person gave."""
    ASKED = "asked"
    """「この人には見せないで」."""


class Relation(StrEnum):
    """What somebody who declares a conflict is to the person the note is about."""

    SELF = "self"
    FAMILY = "family"
    NEIGHBOUR = "neighbour"
    """Or landlord."""
    EMPLOYER = "employer"


class Conflict(Base):
    """One person who is denied one thread; of each kind a row of its own."""

    __tablename__ = "conflict"
    __table_args__ = (
        sa.UniqueConstraint("person_id", "thread_id", "kind"),
        sa.Index(None, "thread_id"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    thread_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("thread.id", ondelete="CASCADE"))
    kind: Mapped[ConflictKind] = mapped_column(words_of(ConflictKind))
    relation: Mapped[Relation | None] = mapped_column(words_of(Relation))
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    """When a colleague undid it: only what was declared is ever undone."""
    ended_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))


_ROWS = Conflict.metadata.tables[Conflict.__tablename__]
_HOLDS = _ROWS.c.ended_at.is_(None)
_OF_THREAD = sa.select(_ROWS.c.person_id).where(
    _ROWS.c.thread_id == sa.bindparam("of", type_=sa.Uuid()), _HOLDS
)
_OF_BOTH = sa.select(sa.literal(1)).where(
    _ROWS.c.thread_id == sa.bindparam("of", type_=sa.Uuid()),
    _ROWS.c.person_id == sa.bindparam("person", type_=sa.Uuid()),
    _HOLDS,
)


def denied(session: Session, thread_id: uuid.UUID) -> frozenset[uuid.UUID]:
    """Everybody who may not see a thread."""
    session.flush()
    return frozenset(run(session, _OF_THREAD, {"of": thread_id}).scalars())


def is_denied(session: Session, thread_id: uuid.UUID, person_id: uuid.UUID | None) -> bool:
    """Whether a person may not see a thread, as it stands this moment."""
    if person_id is None:
        return False
    session.flush()
    return run(session, _OF_BOTH, {"of": thread_id, "person": person_id}).first() is not None


def denied_threads(person_id: uuid.UUID) -> sa.Select[uuid.UUID]:
    """Select the threads that a person may not see."""
    return sa.select(_ROWS.c.thread_id).where(_ROWS.c.person_id == person_id, _HOLDS)


def is_free(thread_id: sa.SQLColumnExpression[Any], person_id: uuid.UUID) -> sa.ColumnElement[bool]:
    """The condition that a person may see the thread of a column, asked row by row.

    Written as NOT IN about the row itself: SQLite asks it last, of what holds in all else, and
    PostgreSQL makes no join of it, so that a list goes on along its own index.
    """
    same = denied_threads(person_id).where(_ROWS.c.thread_id == thread_id)
    return thread_id.not_in(same.correlate_except(_ROWS))


def has_any(person_id: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    """The condition that there is any thread that a person may not see."""
    return sa.exists().where(_ROWS.c.person_id == person_id, _HOLDS).correlate_except(_ROWS)


def meets(
    thread_id: sa.SQLColumnExpression[Any], person_id: sa.SQLColumnExpression[Any]
) -> sa.ColumnElement[bool]:
    """The condition that the person of one column may not see the thread of another."""
    return (
        sa.exists()
        .where(_ROWS.c.thread_id == thread_id, _ROWS.c.person_id == person_id, _HOLDS)
        .correlate_except(_ROWS)
    )


def stands_in_any(thread_id: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    """The condition that somebody is, or was, denied this thread."""
    return thread_id.in_(sa.select(_ROWS.c.thread_id))


def is_apart(
    thread_id: sa.SQLColumnExpression[Any], others: sa.BindParameter[Any]
) -> sa.ColumnElement[bool]:
    """The condition that a thread is denied to somebody who is none of `others`."""
    beyond = _ROWS.c.person_id.not_in(others)
    return sa.exists().where(_ROWS.c.thread_id == thread_id, beyond, _HOLDS).correlate_except(_ROWS)


def write(
    session: Session,
    thread_id: uuid.UUID,
    people: Iterable[uuid.UUID],
    kind: ConflictKind,
    now: dt.datetime,
    relation: Relation | None = None,
) -> None:
    """Deny people a thread from now on; who is denied it for the same reason already stays so.

    What was undone holds again, as it is said now.
    """
    wanted = set(people)
    of_kind = sa.and_(
        Conflict.thread_id == thread_id, Conflict.kind == kind, Conflict.person_id.in_(wanted)
    )
    again = sa.update(Conflict).where(of_kind, Conflict.ended_at.is_not(None))
    session.execute(again.values(relation=relation, made_at=now, ended_at=None, ended_by_id=None))
    known = set(session.scalars(sa.select(Conflict.person_id).where(of_kind)))
    row = {"thread_id": thread_id, "kind": kind, "relation": relation, "made_at": now}
    new = sorted(wanted - known)
    insert(session, Conflict, [{**row, "id": uuid.uuid4(), "person_id": one} for one in new])
