"""ふりかえり: how a desk kept its word, month by month, for that desk alone and about nobody in it.

Each act writes one line, in its transaction, under the desk that owned the note then: what is
passed on or escalated later stays where it was done, and an undo takes its line along with its
words. The worker makes a month's figures from them (`mirror_keeping`); pages read those.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base, words_of
from models.town_time import local_date

if TYPE_CHECKING:
    from models.handoff import Handoff
    from models.reply import Reply

FEW = 5
"""Fewer than these say nothing: a single case could be read from them (SAFETY T20)."""
_STEP = 5
_MINUTE = dt.timedelta(minutes=1)


class LineKind(StrEnum):
    """What a desk did, as far as its mirror counts it."""

    ACKNOWLEDGED = "acknowledged"
    CLOSED = "closed"
    TOLD = "told"
    """Any other word to a reporter."""
    LEFT = "left"
    """Not acknowledged in time: its backup has it."""


class MirrorLine(Base):
    """One act of one month; forgotten once no page shows that month."""

    __tablename__ = "mirror_line"
    __table_args__ = (sa.Index(None, "desk_id", "month"),)

    id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True
    )
    desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"))
    month: Mapped[dt.date]
    """Its first day, on the town's calendar."""
    handoff_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("handoff.id", ondelete="CASCADE"), index=True
    )
    reply_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("reply.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[LineKind] = mapped_column(words_of(LineKind))
    minutes: Mapped[int | None]
    """Since it came to the desk, closed hours and days included."""
    in_time: Mapped[bool | None]

    reply: Mapped[Reply | None] = relationship()


class MirrorMonth(Base):
    """A desk's figures of one month that is over; what is sealed in a row of its own."""

    __tablename__ = "mirror_month"

    desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"), primary_key=True)
    month: Mapped[dt.date] = mapped_column(primary_key=True)
    is_sealed: Mapped[bool] = mapped_column(primary_key=True)
    acknowledged: Mapped[int] = mapped_column(default=0)
    left: Mapped[int] = mapped_column(default=0)
    in_time: Mapped[int] = mapped_column(default=0)
    closed: Mapped[int] = mapped_column(default=0)
    told: Mapped[int] = mapped_column(default=0)
    read: Mapped[int] = mapped_column(default=0)
    acknowledge_minutes: Mapped[int | None]
    """Half took no longer."""
    close_minutes: Mapped[int | None]
    kept_on: Mapped[dt.date]

    @property
    def to_acknowledge(self) -> dt.timedelta | None:
        """Within which half was acknowledged; None where they are few."""
        return _time(self.acknowledged, self.acknowledge_minutes)

    @property
    def to_close(self) -> dt.timedelta | None:
        """Within which half was closed; None where they are few."""
        return _time(self.closed, self.close_minutes)

    @property
    def in_time_share(self) -> int | None:
        """Per cent acknowledged in time, to the next five; None where they are few."""
        return _share(self.in_time, self.acknowledged + self.left)

    @property
    def read_share(self) -> int | None:
        """Per cent of the answers that were read, to the next five; None where they are few."""
        return _share(self.read, self.told)


def said(handoff: Handoff, reply: Reply, kind: LineKind, now: dt.datetime) -> None:
    """Count a word to a reporter, with what it did."""
    is_first = kind is LineKind.ACKNOWLEDGED
    since = handoff.came_at or handoff.sent_at
    handoff.session.add(
        MirrorLine(
            desk_id=handoff.desk_id,
            month=month_of(now),
            handoff_id=handoff.id,
            reply=reply,
            kind=kind,
            minutes=None if kind is LineKind.TOLD else (now - since) // _MINUTE,
            in_time=now <= handoff.due_at if is_first else None,
        )
    )


def left(handoff: Handoff, now: dt.datetime) -> None:
    """Count that the desk that owns it let its deadline pass."""
    handoff.session.add(
        MirrorLine(
            desk_id=handoff.desk_id,
            month=month_of(now),
            handoff_id=handoff.id,
            kind=LineKind.LEFT,
            in_time=False,
        )
    )


def month_of(at: dt.datetime) -> dt.date:
    """The first day of the town's month."""
    return local_date(at).replace(day=1)


def months_before(month: dt.date, n: int) -> dt.date:
    """The first day of the month so many before."""
    whole = month.year * 12 + month.month - 1 - n
    return dt.date(whole // 12, whole % 12 + 1, 1)


def _time(number: int, minutes: int | None) -> dt.timedelta | None:
    return None if number < FEW or minutes is None else minutes * _MINUTE


def _share(part: int, whole: int) -> int | None:
    """All and none are said of all and none alone."""
    if whole < FEW:
        return None
    if part in (0, whole):
        return 100 * part // whole
    return min(max(round(100 * part / whole / _STEP) * _STEP, _STEP), 100 - _STEP)
