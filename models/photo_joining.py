"""Parts of pictures that came before their note: joined to it, or forgotten where none comes."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.observation import Observation
from models.photo import PhotoPart
from models.photo_part import thread_of
from models.reporter import Reporter

ORPHANS_KEPT = dt.timedelta(days=30)
"""Longer than a phone with a note on it stays silent: its note may still come."""
BYTES_AT_ONCE = 4 * 2**20
"""As they stand in the table; one part is joined at least."""
_AT_ONCE = 100


def join_notes(session: Session) -> int:
    """Give parts that came before their note to its thread; gives how many."""
    # One that is somebody else's stays: nobody adds a picture to another's note.
    joined = 0
    for part_id in _first(session):
        part = session.get(PhotoPart, part_id)
        thread = None if part is None else thread_of(session, part.note_id, part.by_token)
        # On PostgreSQL the note may be purged meanwhile, or its writer leave.
        if part is not None and thread is not None:
            part.give_to(session, thread)
            part.by_token = None
            joined += 1
    return joined


def has_joinable(session: Session) -> bool:
    """Whether a note has come whose parts were here before it."""
    return session.scalar(_joinable().limit(1)) is not None


def forget_orphans(session: Session, now: dt.datetime, limit: int) -> int:
    """Delete parts whose note never came; gives how many, at most `limit`."""
    old = (
        sa.select(PhotoPart.id)
        .where(
            PhotoPart.thread_id.is_(None),
            PhotoPart.received_at < now - ORPHANS_KEPT,
            # Its note is there: it was the worker that did not run.
            PhotoPart.id.not_in(_joinable()),
        )
        .limit(limit)
    )
    found = session.scalars(old).all()
    session.execute(sa.delete(PhotoPart).where(PhotoPart.id.in_(found)))
    return len(found)


def _first(session: Session) -> list[uuid.UUID]:
    """What is joined in one write: by size, since a row may be as large as an envelope."""
    size = sa.func.length(PhotoPart.sealed_data)
    rows = session.execute(
        _joinable().add_columns(size).order_by(PhotoPart.received_at, PhotoPart.id).limit(_AT_ONCE)
    )
    found: list[uuid.UUID] = []
    total = 0
    for part_id, length in rows:
        total += length
        if found and total > BYTES_AT_ONCE:
            break
        found.append(part_id)
    return found


def _joinable() -> sa.Select[uuid.UUID]:
    same = sa.or_(
        Reporter.token == PhotoPart.by_token,
        sa.and_(Reporter.token.is_(None), PhotoPart.by_token.is_(None)),
    )
    return (
        sa.select(PhotoPart.id)
        .join(Observation, Observation.client_id == PhotoPart.note_id)
        .join(Reporter, Reporter.thread_id == Observation.thread_id)
        .where(PhotoPart.thread_id.is_(None), same)
    )
