"""A desk (窓口): a receiving place, its hours and promise, its backup and its staff."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from enum import StrEnum
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, words_of
from models.calendar import OpeningCalendar
from models.deadline import Promise
from models.errors import Invalid
from models.urgency import Urgency

if TYPE_CHECKING:
    from models.area import Area
    from models.membership import Membership

DEFAULT_HOURS: dict[str, Any] = {str(day): [["08:30", "17:15"]] for day in range(5)}


_CORE = sa.text("kind = 'core'")
_WHERE_CORE: dict[str, Any] = {"sqlite_where": _CORE, "postgresql_where": _CORE}


class DeskKind(StrEnum):
    """What a desk is in the law's chain (社会福祉法 第106条の2, 第106条の3)."""

    INTAKE_POINT = "intake_point"
    CORE = "core"


class Desk(Base):
    """One receiving place. Exactly one desk owns each open handoff."""

    __tablename__ = "desk"
    # What two first saves at once would otherwise break.
    __table_args__ = (
        sa.Index("ix_desk_core", "kind", unique=True, **_WHERE_CORE),
        sa.UniqueConstraint("name"),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    kind: Mapped[DeskKind] = mapped_column(words_of(DeskKind))
    name: Mapped[str]
    place: Mapped[str] = mapped_column(default="")
    telephone: Mapped[str] = mapped_column(default="")
    duty_telephone: Mapped[str] = mapped_column(default="")
    who: Mapped[str] = mapped_column(default="")
    """Who works there, as the public page says it."""
    does: Mapped[str] = mapped_column(default="")
    takes_on: Mapped[list[str]] = mapped_column(default=list, server_default="[]")
    """引き受けること: the fields (`sign.Field`) for which it is proposed to other desks."""
    is_volunteer: Mapped[bool] = mapped_column(default=False)
    """Staffed by volunteers: gets `memo` and `soon` only."""
    has_duty: Mapped[bool] = mapped_column(default=False)
    backup_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("desk.id"), index=True)
    hours: Mapped[dict[str, Any]] = mapped_column(default=lambda: dict(DEFAULT_HOURS))
    """Opening hours: weekday "0" (Monday) to "6" → list of ["HH:MM", "HH:MM"]."""
    closings: Mapped[list[dt.date]] = mapped_column(default=list)
    """Days on which it is closed beside weekends and holidays, the first one first."""
    memo_days: Mapped[int] = mapped_column(default=5)
    soon_days: Mapped[int] = mapped_column(default=2)
    now_minutes: Mapped[int] = mapped_column(default=30)
    made_at: Mapped[dt.datetime]

    backup: Mapped[Desk | None] = relationship(remote_side="Desk.id")
    areas: Mapped[list[Area]] = relationship(secondary="desk_area", viewonly=True)
    members: Mapped[list[Membership]] = relationship(viewonly=True)

    @property
    def is_core(self) -> bool:
        """Whether this is the municipality's 多機関協働 core, where backups end."""
        return self.kind is DeskKind.CORE

    @property
    def calendar(self) -> OpeningCalendar:
        """The desk's opening hours and closing days."""
        hours = {
            int(day): [(dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for a, b in spans]
            for day, spans in self.hours.items()
        }
        return OpeningCalendar(hours, frozenset(self.closings))

    @property
    def promise(self) -> Promise:
        """How soon the desk acknowledges, by urgency."""
        return Promise(
            memo_days=self.memo_days, soon_days=self.soon_days, now_minutes=self.now_minutes
        )

    def takes(self, urgency: Urgency) -> bool:
        """Whether the desk takes notes of this urgency at all."""
        return not (self.is_volunteer and urgency.is_hurried)

    def back_up_by(self, backup: Desk | None) -> None:
        """Set the backup desk; raises Invalid where none is named or a circle would close."""
        self.check_backup(backup)
        self.backup = None if self.is_core else backup

    def check_backup(self, backup: Desk | None) -> None:
        """Raise Invalid where `back_up_by` would."""
        if self.is_core:
            return
        if backup is None:
            raise Invalid("office.problem.backup_needed", "backup")
        if self in backup.chain():
            raise Invalid("office.problem.backup_circle", "backup", desk=backup.name)

    def chain(self) -> Iterator[Desk]:
        """The desk and those behind it, the nearest first, each once even in a circle.

        Who stands behind one is asked only when it was looked at: it may be read afresh till then.
        """
        passed: set[Desk] = set()
        step: Desk | None = self
        while step is not None and step not in passed:
            passed.add(step)
            yield step
            step = step.backup

    @staticmethod
    def core(session: Session) -> Desk | None:
        """The municipality's core, or None before it is made."""
        return session.scalar(sa.select(Desk).where(Desk.kind == DeskKind.CORE).limit(1))


class DeskArea(Base):
    """Which desk receives an area's notes; an area has one desk at most."""

    __tablename__ = "desk_area"

    area_id: Mapped[int] = mapped_column(sa.ForeignKey("area.id"), primary_key=True)
    desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"), index=True)
