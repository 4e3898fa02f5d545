"""Audit lines on a note that tell of another one, which was sealed since.

Nothing in the audit is changed or taken away: the pages of desks leave these out, and whoever
reads the audit itself has them all.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.audit import AuditLine
from models.base import Base, insert

_OF_ANOTHER = (
    "gather",
    "ungather",
    "household_raise",
    "household_reason",
    "household_lower",
)
"""The acts that are written down on every note that they join."""
_WITH_THEM = (*_OF_ANOTHER, "hand_to_backup", "household_home")
"""What these may do to the other in the same instant."""


class HiddenLine(Base):
    """One line that no desk is shown."""

    __tablename__ = "hidden_line"

    line_id: Mapped[int] = mapped_column(
        sa.BigInteger().with_variant(sa.Integer, "sqlite"),
        sa.ForeignKey("audit_line.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    )


def is_shown() -> sa.ColumnElement[bool]:
    """The condition that desks may be shown an audit line."""
    return ~sa.exists().where(HiddenLine.line_id == AuditLine.id)


def hide(session: Session, handoffs: Iterable[uuid.UUID], now: dt.datetime) -> None:
    """Hide what stands on other notes because of these handoffs, and what is written now.

    An act that joins two notes is written on both in one instant.
    """
    session.flush()
    own = [str(one) for one in handoffs]
    is_of_note = AuditLine.object_kind == "handoff"
    joins = is_of_note, AuditLine.act.in_(_OF_ANOTHER), AuditLine.object_id.in_(own)
    written = sa.select(AuditLine.at).where(*joins)
    times = {now, *session.scalars(written)}
    others = sa.select(AuditLine.id).where(
        is_of_note,
        AuditLine.act.in_(_WITH_THEM),
        AuditLine.at.in_(times),
        AuditLine.object_id.not_in(own),
        is_shown(),
    )
    insert(session, HiddenLine, [{"line_id": one} for one in session.scalars(others)])
