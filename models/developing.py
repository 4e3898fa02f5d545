"""From the parts of a picture to the picture: what to draw next, and what came of it.

Each try is counted in a transaction of its own before a byte of the picture is read. Drawing
itself happens between two transactions, and in another process. Killed anywhere, it begins
again at the parts, which are deleted in the transaction that keeps the picture.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, hearing, staffing
from models.handoff import Outcome
from models.photo import Photo, PhotoPart, PhotoState

TRIES = 2
"""One for the picture, one for a server that was stopped in the middle."""
MOST_BYTES = 4 * 2**20
INCOMPLETE_AFTER = dt.timedelta(days=14)
"""Since its last part: as long as a phone stays silent, and a reserve."""


@dataclass(frozen=True)
class Ready:
    """A picture whose parts wait for the worker."""

    thread_id: uuid.UUID
    photo_id: uuid.UUID


@dataclass(frozen=True)
class Sheet:
    """What is to be drawn: the picture's row and the bytes as the phone sent them."""

    id: uuid.UUID
    data: bytes


@dataclass(frozen=True)
class _Slice:
    """A part without its bytes. `size`: about how many there are, from the sealed base64."""

    id: uuid.UUID
    received_at: dt.datetime
    size: int


def ready(session: Session, limit: int) -> list[Ready]:
    """Pictures whose parts are all here, those that waited longest first."""
    part = PhotoPart
    found = _pictures().having(_is_whole()).order_by(sa.func.min(part.received_at)).limit(limit)
    return _read(session, found)


def incomplete(session: Session, now: dt.datetime, limit: int) -> list[Ready]:
    """Pictures of which a part is missing and none has come for long."""
    last = sa.func.max(PhotoPart.received_at)
    old = _pictures().having(last < now - INCOMPLETE_AFTER, sa.not_(_is_whole()))
    return _read(session, old.order_by(last).limit(limit))


def give_up_rest(session: Session, found: Ready, now: dt.datetime) -> bool:
    """The rest of a picture will not come: the desk reads so, and what came of it is dropped.

    Gives whether it did so: not where something came meanwhile. It is no news that would put
    the note on top again: there is nothing to do.
    """
    came = sa.func.min(PhotoPart.received_at), sa.func.max(PhotoPart.received_at)
    first, last = session.execute(sa.select(*came).where(*_of(found))).one()
    if last is None or last >= now - INCOMPLETE_AFTER:
        return False
    photo = _photo(session, found, first)
    if photo.is_settled:
        _drop_parts(session, photo)
        return False
    photo.state = PhotoState.INCOMPLETE
    _settle(session, photo, "photo_incomplete", now, is_news=False)
    return True


def begin(session: Session, found: Ready, now: dt.datetime) -> uuid.UUID | None:
    """Count a try and give the picture's row; None where there is nothing left to try.

    Commit it before the parts are read: what kills its reader is not read for ever.
    """
    slices = _slices(session, found)
    if not slices:
        return None
    photo = _photo(session, found, min(one.received_at for one in slices))
    if photo.is_settled:
        _drop_parts(session, photo)
        return None
    photo.tries += 1
    if photo.tries <= TRIES and sum(one.size for one in slices) <= MOST_BYTES:
        return photo.id
    photo.state = PhotoState.UNREADABLE
    _settle(session, photo, "photo_unreadable", now)
    return None


def sheet(session: Session, photo_id: uuid.UUID) -> Sheet | None:
    """What is to be drawn; None where it is settled, or its note was purged meanwhile."""
    photo = session.get(Photo, photo_id)
    if photo is None or photo.is_settled:
        return None
    slices = _slices(session, Ready(photo.thread_id, photo.client_id))
    data = [session.get_one(PhotoPart, one.id).data_if_any for one in slices]
    # Around an empty slice stands no picture: it came larger than phones cut, or does not open.
    return Sheet(photo.id, b"".join(data) if all(data) else b"")


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


def _pictures() -> sa.Select[uuid.UUID | None, uuid.UUID]:
    part = PhotoPart
    return (
        sa.select(part.thread_id, part.photo_id)
        .where(part.thread_id.is_not(None))
        .group_by(part.thread_id, part.photo_id)
    )


def _is_whole() -> sa.ColumnElement[bool]:
    """Whether every part of a picture is here, and all name the same number of parts."""
    most = sa.func.max(PhotoPart.parts)
    return sa.and_(
        sa.func.count(PhotoPart.part.distinct()) == most, most == sa.func.min(PhotoPart.parts)
    )


def _read(session: Session, found: sa.Select[uuid.UUID | None, uuid.UUID]) -> list[Ready]:
    rows = session.execute(found)
    return [Ready(thread_id, photo_id) for thread_id, photo_id in rows if thread_id is not None]


def _of(found: Ready) -> tuple[sa.ColumnElement[bool], ...]:
    return PhotoPart.thread_id == found.thread_id, PhotoPart.photo_id == found.photo_id


def _slices(session: Session, found: Ready) -> list[_Slice]:
    """One of each number, in their order: the first that came. Nothing of them is read."""
    part = PhotoPart
    rows = session.execute(
        sa.select(part.part, part.id, part.received_at, sa.func.length(part.sealed_data))
        .where(*_of(found))
        .order_by(part.received_at.desc(), part.id)
    )
    first = {row[0]: _Slice(row[1], row[2], row[3] * 3 // 4) for row in rows}
    return [first[number] for number in sorted(first)]


def _photo(session: Session, found: Ready, made_at: dt.datetime) -> Photo:
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
            made_at=made_at,
        )
        session.add(photo)
        session.flush()
    return photo


def _settle(
    session: Session, photo: Photo, act: str, now: dt.datetime, *, is_news: bool = True
) -> None:
    # The desk first, the parts second: as everybody who tells a desk something.
    handoff = hearing.owing(photo.thread)
    _drop_parts(session, photo)
    is_read = handoff.opened_at is not None and handoff.outcome is not Outcome.TAKEN_BACK
    if is_news and is_read:
        staffing.give_heir(session, handoff, now)
        handoff.answered_at = now
    audit.record(session, act, handoff, now=now, desk_id=handoff.desk_id)


def _drop_parts(session: Session, photo: Photo) -> None:
    session.execute(sa.delete(PhotoPart).where(*_of(Ready(photo.thread_id, photo.client_id))))
