"""What opens, and for whom it is open now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, conflict
from models.membership import present_ids
from models.reveal.entity import LASTS, Reveal, RevealKind, RevealThread


def has_reader(reveal: Reveal) -> bool:
    """Whether whoever asked still stands there, and may see what it is about."""
    session = reveal.session
    if reveal.by_id not in present_ids(session, reveal.desk_id):
        return False
    return reveal.kind is RevealKind.THREADS or not _withheld(reveal)


def open_(reveal: Reveal, now: dt.datetime) -> None:
    """For half an hour; each note's desk reads in its history who opened it, and from where.

    What does not open, as it was sealed or a conflict came, is no part of it from then on: its
    reporter is told of what was seen, and of nothing else.
    """
    session, by, at = reveal.session, reveal.by_id, reveal.desk_id
    if withheld := _withheld(reveal):
        parts = RevealThread.reveal_id == reveal.id, RevealThread.thread_id.in_(withheld)
        session.execute(sa.delete(RevealThread).where(*parts))
        session.expire(reveal, ["threads"])
    reveal.opened_at, reveal.ends_at = now, now + LASTS
    for thread in reveal.threads:
        act = f"reveal_{reveal.kind}"
        audit.record(session, act, thread.handoff, now=now, by=by, desk_id=at)


def _withheld(reveal: Reveal) -> list[uuid.UUID]:
    session, by = reveal.session, reveal.by_id
    return [
        one.id for one in reveal.threads if one.is_sealed or conflict.is_denied(session, one.id, by)
    ]


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
