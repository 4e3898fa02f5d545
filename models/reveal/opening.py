"""What opens, and for whom it is open now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.reveal.entity import LASTS, Reveal, RevealThread


def open_(reveal: Reveal, now: dt.datetime) -> None:
    """For half an hour; each note's desk reads in its history who opened it, and from where."""
    reveal.opened_at, reveal.ends_at = now, now + LASTS
    for thread in reveal.threads:
        if not thread.is_sealed:
            audit.record(
                reveal.session,
                f"reveal_{reveal.kind}",
                thread.handoff,
                now=now,
                by=reveal.by_id,
                desk_id=reveal.desk_id,
            )


def open_to(
    session: Session, person_id: uuid.UUID, desks: Collection[uuid.UUID], now: dt.datetime
) -> frozenset[uuid.UUID]:
    """The threads of what a person opened at these desks, as long as it lasts."""
    found = (
        sa.select(RevealThread.thread_id)
        .join(Reveal, Reveal.id == RevealThread.reveal_id)
        .where(Reveal.by_id == person_id, Reveal.desk_id.in_(desks), Reveal.ends_at > now)
    )
    return frozenset(session.scalars(found))
