"""Taking a picture's parts at the door: each once, of a phone's size, of whoever wrote the note."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.acceptance import Outcome, give
from models.base import keys_of
from models.desk import Desk
from models.hours import hours_of
from models.observation import Observation
from models.photo import PHOTOS_PER_NOTE, Photo, PhotoPart
from models.purge import code_of, is_purged
from models.routing import NotStarted
from models.thread import Thread
from models.urgency import Urgency

KIND = "photo"
"""What such an envelope calls itself."""

MOST_PARTS = 24
"""At the 88 KiB of today's phones, two MiB."""
MOST_SLICE_BYTES = 128 * 1024
"""Phones cut 88 KiB. Of a larger slice only that it came is kept, and the desk is told."""


@dataclass(frozen=True)
class Slice:
    """One part as the phone sent it, read from its envelope."""

    id: uuid.UUID
    note_id: uuid.UUID
    photo_id: uuid.UUID
    part: int
    parts: int
    data: bytes


def read_slice(raw: Mapping[str, object]) -> Slice | None:
    """Read an envelope's fields; None where they are no part of a picture."""
    try:
        found = Slice(
            id=uuid.UUID(_text(raw, "id")),
            note_id=uuid.UUID(_text(raw, "note")),
            photo_id=uuid.UUID(_text(raw, "photo")),
            part=_number(raw, "part"),
            parts=_number(raw, "parts"),
            data=base64.b64decode(_text(raw, "data"), validate=True),
        )
    except (TypeError, ValueError, binascii.Error):
        return None
    return found if 1 <= found.part <= found.parts <= MOST_PARTS else None


def accept(
    session: Session,
    found: Slice,
    content_hash: str,
    by: uuid.UUID | None,
    now: dt.datetime,
    *,
    is_beyond: bool = False,
) -> tuple[Outcome, dict[str, Any]]:
    """Take a part and give its acceptance; raises NotStarted where the town has no core.

    Whoever is not the note's writer is answered as if there were no such note.
    """
    token = None if by is None else keys_of(session).reporter_token(by)
    thread = thread_of(session, found.note_id, token)
    desk = Desk.core(session) if thread is None else thread.shown_desk
    if desk is None:
        raise NotStarted
    is_new = take(session, found, by, now, is_beyond=is_beyond)
    chosen = Urgency.SOON if thread is None else thread.handoff.chosen
    given = give(session, found.id, desk, hours_of(desk, chosen, (), now), now=now)
    return Outcome.CREATED if is_new else Outcome.REPEATED, given | {"hash": content_hash}


def take(
    session: Session,
    found: Slice,
    by: uuid.UUID | None,
    now: dt.datetime,
    *,
    is_beyond: bool = False,
) -> bool:
    """Keep a part once, whoever sends it again; gives whether it was new.

    Beyond the day's measure of its sender, after the note's third picture, or where the same
    part is here with other content, it is let go, with an audit line: the note itself is there
    all the same. Of a note that was purged nothing is kept.
    """
    found = _apart(session, _measured(found))
    if session.get(PhotoPart, found.id) is not None or _is_of_purged(session, found):
        return False
    token = None if by is None else keys_of(session).reporter_token(by)
    thread = thread_of(session, found.note_id, token)
    if thread is not None and _is_drawn(session, thread.id, found.photo_id):
        return False
    is_let_go = is_beyond or _is_superfluous(session, found, thread, token)
    part = PhotoPart(
        id=found.id,
        note_id=found.note_id,
        photo_id=found.photo_id,
        part=found.part,
        parts=found.parts,
        by_token=token if thread is None else None,
        received_at=now,
    )
    if is_let_go:
        _record(session, "photo_beyond", part, thread, now)
        return True
    part.write(session, found.data, thread)
    session.add(part)
    session.flush()
    _record(session, "photo_part", part, thread, now)
    return True


def forget_sender(session: Session, person_id: uuid.UUID) -> None:
    """Nothing tells any more whose the parts are that wait for their note."""
    token = keys_of(session).reporter_token(person_id)
    parts = sa.update(PhotoPart).where(PhotoPart.by_token == token)
    session.execute(parts.values(by_token=None))


def note_of(session: Session, note_id: uuid.UUID) -> Thread | None:
    """The thread of a note, whoever wrote it."""
    return session.scalars(
        sa.select(Thread)
        .join(Observation, Observation.thread_id == Thread.id)
        .where(Observation.client_id == note_id)
    ).first()


def is_here(session: Session, thread: Thread, found: Slice) -> bool:
    """Whether a thread has this part of a picture, or has the picture and needs no part."""
    there = sa.select(PhotoPart.id).where(
        PhotoPart.thread_id == thread.id,
        PhotoPart.photo_id == found.photo_id,
        PhotoPart.part == found.part,
    )
    is_kept = session.scalar(there.limit(1)) is not None
    return is_kept or _is_drawn(session, thread.id, found.photo_id)


def thread_of(session: Session, note_id: uuid.UUID, token: bytes | None) -> Thread | None:
    """The thread of a note, where the part comes from whoever wrote it."""
    thread = note_of(session, note_id)
    return thread if thread is not None and thread.reporter.token == token else None


def _measured(found: Slice) -> Slice:
    """An empty slice instead of one that no phone cuts: it can fill no disk and no memory."""
    return found if len(found.data) <= MOST_SLICE_BYTES else replace(found, data=b"")


def _apart(session: Session, found: Slice) -> Slice:
    """The part under an id of its own, where another content stands under the phone's."""
    kept = session.get(PhotoPart, found.id)
    if kept is None or kept.data_if_any == found.data:
        return found
    # Keyed, so that a copied database does not tell who has the same picture.
    name = f"{found.id} {hashlib.sha256(found.data).hexdigest()}"
    return replace(found, id=uuid.UUID(bytes=keys_of(session).index("photo_part", name)))


def _is_of_purged(session: Session, found: Slice) -> bool:
    return is_purged(session, code_of(keys_of(session), found.note_id))


def _is_superfluous(
    session: Session, found: Slice, thread: Thread | None, token: bytes | None
) -> bool:
    """Whether this part of the picture is here already, or the picture is the note's fourth."""
    waits = sa.and_(PhotoPart.thread_id.is_(None), PhotoPart.by_token == token)
    is_own = waits if thread is None else sa.or_(waits, PhotoPart.thread_id == thread.id)
    rows = sa.select(PhotoPart.photo_id, PhotoPart.part)
    here = session.execute(rows.where(PhotoPart.note_id == found.note_id, is_own))
    numbers = {(photo_id, part) for photo_id, part in here}
    pictures = {photo_id for photo_id, _ in numbers}
    if thread is not None:
        known = sa.select(Photo.client_id).where(Photo.thread_id == thread.id)
        pictures |= set(session.scalars(known))
    is_fourth = found.photo_id not in pictures and len(pictures) >= PHOTOS_PER_NOTE
    return is_fourth or (found.photo_id, found.part) in numbers


def _is_drawn(session: Session, thread_id: uuid.UUID, photo_id: uuid.UUID) -> bool:
    """Whether the picture needs no parts any more."""
    there = sa.select(Photo).where(Photo.thread_id == thread_id, Photo.client_id == photo_id)
    photo = session.scalars(there).first()
    return photo is not None and photo.is_settled


def _record(
    session: Session, act: str, part: PhotoPart, thread: Thread | None, now: dt.datetime
) -> None:
    desk_id = None if thread is None else thread.handoff.desk_id
    audit.record(session, act, part, now=now, desk_id=desk_id)


def _text(raw: Mapping[str, object], name: str) -> str:
    value = raw.get(name)
    if not isinstance(value, str):
        raise TypeError(name)
    return value


def _number(raw: Mapping[str, object], name: str) -> int:
    digits = _text(raw, name)
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MOST_PARTS))):
        raise ValueError(name)
    return int(digits)
