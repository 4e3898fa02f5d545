"""Household, and the acts by which notes are gathered under one.

A household is what its gatherings hold together: each joins two notes, and with them all that
either was gathered with before. Taking one away leaves what was there without it, in any order.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, run
from models.thread import Thread

if TYPE_CHECKING:
    from models.handoff import Handoff
    from models.person import Person


class Household(Base):
    """What notes gather under and cases open on; nothing is written down of it."""

    __tablename__ = "household"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    made_at: Mapped[dt.datetime]


class Gathering(Base):
    """One tap of 「同じ世帯にまとめる」. `other` stands on the side whose household went away."""

    __tablename__ = "gathering"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    household_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("household.id"), index=True)
    absorbed_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("household.id"), index=True)
    """The household that `other` had before, to which it goes back."""
    one_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True
    )
    other_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]

    household: Mapped[Household] = relationship(foreign_keys=household_id)
    one: Mapped[Thread] = relationship(foreign_keys=one_id)
    other: Mapped[Thread] = relationship(foreign_keys=other_id)
    by: Mapped[Person] = relationship()

    @property
    def is_sealed(self) -> bool:
        """Whether the sealed team alone knows of it: either note is sealed."""
        return self.one.is_sealed or self.other.is_sealed


class Raise(Base):
    """What a note's urgency and deadline were before its household raised them."""

    __tablename__ = "household_raise"

    handoff_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("handoff.id", ondelete="CASCADE"), primary_key=True
    )
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]

    handoff: Mapped[Handoff] = relationship()


def members(session: Session, thread_id: uuid.UUID, *, sealed: bool) -> frozenset[uuid.UUID]:
    """The threads gathered with this one, itself among them, in one query.

    `sealed`: through sealed notes, too, which is for the sealed team alone; without, a sealed
    note holds nothing together.
    """
    return frozenset(run(session, _ALL if sealed else _PLAIN, {"of": thread_id}).scalars())


_GATHERINGS = Gathering.metadata.tables[Gathering.__tablename__]
_THREADS = Thread.metadata.tables[Thread.__tablename__]


def _walk(*where: sa.ColumnElement[bool]) -> sa.Select[uuid.UUID]:
    seen = sa.select(sa.bindparam("of", type_=sa.Uuid()).label("id")).cte("seen", recursive=True)
    one, other = _GATHERINGS.c.one_id, _GATHERINGS.c.other_id
    beside = sa.case((one == seen.c.id, other), else_=one)
    step = (
        sa.select(beside)
        .select_from(seen)
        .join(_GATHERINGS, sa.or_(one == seen.c.id, other == seen.c.id))
        .join(_THREADS, _THREADS.c.id == beside)
        .where(*where)
    )
    seen = seen.union(step)
    return sa.select(seen.c.id)


_ALL = _walk()
_PLAIN = _walk(_THREADS.c.is_sealed.is_(False))
