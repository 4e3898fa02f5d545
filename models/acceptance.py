"""The answer that takes something off a phone, kept as it was first given."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base
from models.desk import Desk
from models.hours import Hours
from models.town import Town


class Outcome(StrEnum):
    """How an arrival was answered."""

    CREATED = "created"
    REPEATED = "repeated"
    CONFLICT = "conflict"


class Acceptance(Base):
    """The answer for one thing that followed a note; a note's own stands with the note.

    `item_id` is the phone's UUID; the second content under one goes without.
    """

    __tablename__ = "acceptance"
    __table_args__ = (sa.UniqueConstraint("conflicts_with", "content_code"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    item_id: Mapped[uuid.UUID | None] = mapped_column(unique=True)
    conflicts_with: Mapped[uuid.UUID | None]
    content_code: Mapped[bytes]
    thread_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), index=True
    )
    """The thread it was said in, or the one in which it is held."""
    given: Mapped[dict[str, Any]]

    @staticmethod
    def under(session: Session, item_id: uuid.UUID) -> list[Acceptance]:
        """What came under a phone's UUID, each content once."""
        same = sa.or_(Acceptance.item_id == item_id, Acceptance.conflicts_with == item_id)
        return list(session.scalars(sa.select(Acceptance).where(same)))


def give(
    session: Session,
    item_id: uuid.UUID,
    desk: Desk,
    hours: Hours,
    *,
    receipt: bool = False,
    held: bool = False,
    now: dt.datetime,
) -> dict[str, Any]:
    """The answer but for the hash, which is the sender's own.

    `held`: a person at the core places it first. A seal is no reason and never shows here.
    """
    return {
        "id": str(item_id),
        "epoch": Town.marks(session).epoch,
        "desk": {"id": str(desk.id), "name": desk.name, "telephone": desk.telephone},
        "hours": hours.told(),
        "state": "arrived",
        "received_at": now.isoformat(),
        "receipt": receipt,
        "held": held,
    }
