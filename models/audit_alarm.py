"""What the audit gives reason to ask about: many opens, odd hours, one's own, a log that is broken.

An alarm accuses nobody: it is a question, and whoever answers it writes down what was found.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.base import Base, words_of
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk, DeskKind
from models.errors import NotAllowed
from models.membership import reader_ids
from models.person import Person, PersonState, Role


class AlarmKind(StrEnum):
    """What was seen; the words are `audit.alarm.<value>`."""

    MANY = "many"
    """More opens within an hour than a desk's work explains."""
    OFF_HOURS = "off_hours"
    """Opened while the desk was closed, by somebody who was not on duty."""
    UNCONFIRMED = "unconfirmed"
    """Opened with a life in danger, and confirmed by nobody within a day."""
    REFUSED = "refused"
    """The same, and a second person did not agree."""
    OWN = "own"
    """Tried, in vain, by somebody who may not see it: it is about them, or somebody near."""
    OWN_OPENED = "own_opened"
    """Opened by somebody who lives or works there, or is called so, and was not denied it."""
    BROKEN = "broken"
    """The log itself is not as it was written; `count` is the place, and nobody's name is in it."""


class AuditAlarm(Base):
    """One alarm about one person; told once, and open until somebody says what it was."""

    __tablename__ = "audit_alarm"
    __table_args__ = (sa.UniqueConstraint("actor_id", "kind", "is_sealed", "at"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[AlarmKind] = mapped_column(words_of(AlarmKind))
    actor_id: Mapped[uuid.UUID | None]
    """Whom it is about; None where it is about the log."""
    desk_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("desk.id"))
    """None: the town's own chain."""
    is_sealed: Mapped[bool] = mapped_column(default=False)
    """It is about sealed notes: of the core, only the sealed team hears of it."""
    count: Mapped[int]
    at: Mapped[dt.datetime]
    """Of the opening that raised it."""
    found_at: Mapped[dt.datetime]
    acknowledged_at: Mapped[dt.datetime | None]
    acknowledged_by_id: Mapped[uuid.UUID | None]
    sealed_note: Mapped[bytes | None]

    @property
    def note(self) -> str:
        """What was found, in the words of whoever looked into it."""
        if self.sealed_note is None:
            return ""
        return self.keys.unseal("column", "audit_alarm.note", self.id, self.sealed_note)

    def acknowledge(self, by: Person, words: str, now: dt.datetime) -> None:
        """Say what it was; raises NotAllowed where somebody did before."""
        self.session.flush()
        self.session.refresh(self, with_for_update=True)
        if self.acknowledged_at is not None:
            raise NotAllowed("audit.alarm.first")
        self.acknowledged_at, self.acknowledged_by_id = now, by.id
        self.sealed_note = self.keys.seal("column", "audit_alarm.note", self.id, words)
        audit.record(self.session, "answer_alarm", self, now=now, by=by.id)


def raise_alarm(session: Session, alarm: AuditAlarm, now: dt.datetime) -> None:
    """Keep an alarm and tell who is to ask, never whom it is about."""
    alarm.id = uuid.uuid4()
    session.add(alarm)
    session.flush()
    audit.record(session, "alarm", alarm, now=now)
    core = session.scalar(sa.select(Desk).where(Desk.kind == DeskKind.CORE).limit(1))
    told = auditor_ids(session)
    if core is not None:
        told |= reader_ids(session, core.id, sealed=alarm.is_sealed)
    told -= {alarm.actor_id}
    desk_id = None if core is None else core.id
    kind = DeliveryKind.AUDIT_ALARM
    Delivery.queue_for(session, sorted(told), kind, now=now, desk_id=desk_id, high=True)


def auditor_ids(session: Session) -> set[uuid.UUID]:
    """Who reads the log now."""
    is_auditor = Person.role == Role.AUDITOR, Person.state == PersonState.ACTIVE
    return set(session.scalars(sa.select(Person.id).where(*is_auditor)))
