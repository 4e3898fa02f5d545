"""From the parts of a picture to the picture: what to draw next, and what came of it.

Drawing itself happens between two transactions, and in another process. Killed anywhere, it
begins again at the parts, which are deleted in the transaction that keeps the picture.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.handoff import Outcome
from models.photo import Photo, PhotoPart, PhotoState

TRIES = 2
"""One for the picture, one for a server that was stopped in the middle."""
MOST_BYTES = 4 * 2**20


@dataclass(frozen=True)
class Ready:
    """A picture of which every part is here."""

    thread_id: uuid.UUID
    photo_id: uuid.UUID


@dataclass(frozen=True)
class Sheet:
    """What is to be drawn: the picture's row and the bytes as the phone sent them."""

    id: uuid.UUID
    data: bytes


def ready(session: Session, limit: int) -> list[Ready]:
    """Pictures whose parts are all here, those that waited longest first."""
    part = PhotoPart
    found = (
        sa.select(part.thread_id, part.photo_id)
        .where(part.thread_id.is_not(None))
        .group_by(part.thread_id, part.photo_id)
        .having(
            sa.func.count(part.part.distinct()) == sa.func.max(part.parts),
            sa.func.max(part.parts) == sa.func.min(part.parts),
        )
        .order_by(sa.func.min(part.received_at))
        .limit(limit)
    )
    rows = session.execute(found)
    return [Ready(thread_id, photo_id) for thread_id, photo_id in rows if thread_id is not None]


def begin(session: Session, found: Ready, now: dt.datetime) -> Sheet | None:
    """Count a try and give what is to be drawn; None where there is nothing left to try."""
    parts = _parts(session, found)
    if not parts:
        return None
    photo = _photo(session, found, parts)
    photo.tries += 1
    data = b"".join(part.data for part in parts)
    if photo.tries <= TRIES and len(data) <= MOST_BYTES:
        return Sheet(photo.id, data)
    photo.state = PhotoState.UNREADABLE
    _settle(session, photo, "photo_unreadable", now)
    return None


def keep(
    session: Session, photo_id: uuid.UUID, jpeg: bytes, size: tuple[int, int], now: dt.datetime
) -> None:
    """Keep the picture as it was drawn (width and height in pixels), and drop its parts."""
    photo = session.get(Photo, photo_id)
    if photo is None or photo.is_settled:
        return
    photo.keep(jpeg, size)
    _settle(session, photo, "photo", now)


def give_up(session: Session, photo_id: uuid.UUID, now: dt.datetime) -> None:
    """It is no picture that can be drawn: the desk is told, and its bytes are dropped."""
    photo = session.get(Photo, photo_id)
    if photo is None or photo.is_settled:
        return
    photo.state = PhotoState.UNREADABLE
    _settle(session, photo, "photo_unreadable", now)


def _parts(session: Session, found: Ready) -> list[PhotoPart]:
    """One of each number, in their order: the first that came."""
    parts = session.scalars(
        sa.select(PhotoPart)
        .where(PhotoPart.thread_id == found.thread_id, PhotoPart.photo_id == found.photo_id)
        .order_by(PhotoPart.received_at.desc(), PhotoPart.id)
    ).all()
    first = {part.part: part for part in parts}
    return [first[number] for number in sorted(first)]


def _photo(session: Session, found: Ready, parts: list[PhotoPart]) -> Photo:
    photo = session.scalars(
        sa.select(Photo).where(
            Photo.thread_id == found.thread_id, Photo.client_id == found.photo_id
        )
    ).first()
    if photo is None:
        photo = Photo(
            id=uuid.uuid4(),
            thread_id=found.thread_id,
            client_id=found.photo_id,
            state=PhotoState.DEVELOPING,
            tries=0,
            made_at=min(part.received_at for part in parts),
        )
        session.add(photo)
    return photo


def _settle(session: Session, photo: Photo, act: str, now: dt.datetime) -> None:
    session.execute(
        sa.delete(PhotoPart).where(
            PhotoPart.thread_id == photo.thread_id, PhotoPart.photo_id == photo.client_id
        )
    )
    handoff = photo.thread.handoff
    handoff.lock()
    if handoff.opened_at is not None and handoff.outcome is not Outcome.TAKEN_BACK:
        handoff.answered_at = now
    audit.record(session, act, handoff, now=now, desk_id=handoff.desk_id)
