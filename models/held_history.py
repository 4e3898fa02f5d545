"""After an account moved to another phone, what was written before stays closed for a day.

The office makes the sheet that moves it, and the office reads no content. Whose account it is
notices within the day that their own phones ended; a desk that called back opens it sooner.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.person import Person
from models.reporter import threads_of

HELD = dt.timedelta(hours=24)


def close(session: Session, person: Person, now: dt.datetime) -> None:
    """Close what was written so far; writing and what is written from now on stay open."""
    if session.scalar(sa.select(threads_of(session, person).exists())):
        person.moved_at = now


def closed_before(person: Person, now: dt.datetime | None) -> dt.datetime | None:
    """Until when what was written is closed to its own writer; None where all is open.

    Without the hour, whatever was closed once counts as closed.
    """
    moved_at = person.moved_at
    return None if moved_at is None or (now is not None and now >= moved_at + HELD) else moved_at


def opens_at(person: Person, now: dt.datetime) -> dt.datetime | None:
    """When all opens by itself; None where it is open."""
    moved_at = closed_before(person, now)
    return None if moved_at is None else moved_at + HELD


def open_again(
    session: Session, person: Person, *, by: Person, now: dt.datetime, desk_id: uuid.UUID
) -> None:
    """The desk made sure who it is: all is open at once. Done twice, it is written down once."""
    if closed_before(person, now) is not None:
        person.moved_at = None
        audit.record(session, "open_history", person, now=now, by=by.id, desk_id=desk_id)
