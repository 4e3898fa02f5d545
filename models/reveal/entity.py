"""Who asks to see what, why, who agreed, and until when it stays open."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, words_of
from models.desk import Desk
from models.person import Person
from models.thread import Thread

LASTS = dt.timedelta(minutes=30)
WITHIN = dt.timedelta(hours=24)
"""In which a second person decides; what was opened in danger and not confirmed by then alarms."""
_REASON, _QUESTION = "reveal.reason", "reveal.question"


class RevealKind(StrEnum):
    """What is seen."""

    REPORTER = "reporter"
    """Who told, behind the pseudonym of one thread."""
    THREADS = "threads"
    """The notes of a name or a place, at whichever desk: for the core."""


class Progress(StrEnum):
    """How far it is."""

    WAITING = "waiting"
    OPEN = "open"
    OVER = "over"
    REFUSED = "refused"
    LAPSED = "lapsed"
    """Nobody decided in time, or it could not open any more."""


class RevealThread(Base):
    """One note that a reveal is about; it is found when it is asked for."""

    __tablename__ = "reveal_thread"

    reveal_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("reveal.id", ondelete="CASCADE"), primary_key=True
    )
    thread_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class RevealDenied(Base):
    """Somebody who is near what is looked for, whether or not there is a note of it."""

    __tablename__ = "reveal_denied"

    reveal_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("reveal.id", ondelete="CASCADE"), primary_key=True
    )
    person_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class Reveal(Base):
    """One asking; nothing of a reporter stands in it."""

    __tablename__ = "reveal"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[RevealKind] = mapped_column(words_of(RevealKind))
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"), index=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"))
    """At which whoever asks stands; who leaves it sees nothing any more."""
    asked_at: Mapped[dt.datetime] = mapped_column(index=True)
    is_danger: Mapped[bool]
    """Somebody's life is in danger: opened at once, confirmed afterwards."""
    sealed_reason: Mapped[bytes]
    sealed_question: Mapped[bytes | None]
    opened_at: Mapped[dt.datetime | None]
    ends_at: Mapped[dt.datetime | None]
    decided_at: Mapped[dt.datetime | None]
    decided_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    is_agreed: Mapped[bool | None]
    alarmed_at: Mapped[dt.datetime | None]

    by: Mapped[Person] = relationship(foreign_keys=by_id)
    denied: Mapped[list[RevealDenied]] = relationship(viewonly=True)
    decided_by: Mapped[Person | None] = relationship(foreign_keys=decided_by_id)
    desk: Mapped[Desk] = relationship()
    threads: Mapped[list[Thread]] = relationship(
        secondary=RevealThread.__table__, order_by="Thread.made_at.desc()", viewonly=True
    )

    @property
    def reason(self) -> str:
        """Why, in the words of whoever asked."""
        return self.keys.unseal("column", _REASON, self.id, self.sealed_reason)

    @reason.setter
    def reason(self, words: str) -> None:
        self.sealed_reason = self.keys.seal("column", _REASON, self.id, words)

    @property
    def question(self) -> str:
        """The name or the place that was asked for; empty where it is about one thread."""
        if self.sealed_question is None:
            return ""
        return self.keys.unseal("column", _QUESTION, self.id, self.sealed_question)

    @question.setter
    def question(self, words: str) -> None:
        self.sealed_question = self.keys.seal("column", _QUESTION, self.id, words)

    @property
    def has_sealed(self) -> bool:
        """Whether anything that it is about was sealed since."""
        return any(thread.is_sealed for thread in self.threads)

    def is_undecided(self, now: dt.datetime) -> bool:
        """Whether a second person is still asked."""
        return self.decided_at is None and now < self.asked_at + WITHIN

    def progress(self, now: dt.datetime) -> Progress:
        """How far it is at this moment."""
        if self.ends_at is not None and now < self.ends_at:
            return Progress.OPEN
        if self.is_agreed is False:
            return Progress.REFUSED
        if self.ends_at is not None:
            return Progress.OVER
        return Progress.WAITING if self.is_undecided(now) else Progress.LAPSED


def sizes(session: Session, reveals: Iterable[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many notes each is about; what is not named here is about none."""
    count = sa.select(RevealThread.reveal_id, sa.func.count().label("notes"))
    of = count.where(RevealThread.reveal_id.in_(reveals)).group_by(RevealThread.reveal_id)
    return {row.reveal_id: row.notes for row in session.execute(of)}


def has_opened(person_id: sa.SQLColumnExpression[Any]) -> sa.ColumnElement[bool]:
    """The condition that a person ever opened something."""
    own = Reveal.by_id == person_id, Reveal.opened_at.is_not(None)
    return sa.exists().where(*own).correlate_except(Reveal)
