"""Which replies a reporter has, and which of them they have read."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import Base

if TYPE_CHECKING:
    from models.reply import Reply


class InboxEntry(Base):
    """A reply in the reporter's inbox, written with it; it counts from `arrived_at` on."""

    __tablename__ = "inbox_entry"

    reply_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("reply.id", ondelete="CASCADE"), primary_key=True
    )
    thread_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True
    )
    arrived_at: Mapped[dt.datetime]
    read_at: Mapped[dt.datetime | None]

    reply: Mapped[Reply] = relationship(back_populates="inbox")

    @staticmethod
    def is_news(now: dt.datetime) -> sa.ColumnElement[bool]:
        """The condition that it has arrived and was not read."""
        return sa.and_(InboxEntry.read_at.is_(None), InboxEntry.arrived_at <= now)
