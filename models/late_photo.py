"""Pictures that an ended phone sends after its note: beside one held note, once for each note."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import follow_up
from models.base import keys_of
from models.credential import Credential
from models.draft import content_hash
from models.follow_up import Door, Item
from models.photo import PhotoPart
from models.photo_part import KIND, Slice, is_here, note_of
from models.sender import Sender
from models.thread import Thread


def aside(session: Session, found: Slice, by: Sender, door: Door, now: dt.datetime) -> Slice:
    """Where a part belongs that a revoked key signed.

    A note of its person that came before the key was revoked gets no picture from it unseen: a
    person looks first, at a note held for all of its pictures. One that came after was held
    itself, and one that has not come yet will be: the part is that note's own.
    What the note has already is only sent again; and of a picture that the ending cut in two,
    the parts that came before go with the rest: two halves are no picture.
    """
    device = None if by.device_id is None else session.get(Credential, by.device_id)
    thread = note_of(session, found.note_id)
    if device is None or thread is None or not _is_earlier(session, thread, device):
        return found
    if is_here(session, thread, found):
        return found
    held = _item(session, found.note_id, by)
    follow_up.accept(session, held, None, door, now)
    _take_along(session, thread, found.photo_id, held.id)
    return replace(found, note_id=held.id)


def _take_along(session: Session, thread: Thread, photo_id: uuid.UUID, held_id: uuid.UUID) -> None:
    """The picture's parts that came while the key was good, to the held note."""
    held = note_of(session, held_id)
    if held is None:
        return
    early = sa.select(PhotoPart).where(
        PhotoPart.thread_id == thread.id, PhotoPart.photo_id == photo_id
    )
    for part in session.scalars(early).all():
        part.note_id = held_id
        part.give_to(session, held)


def _is_earlier(session: Session, thread: Thread, device: Credential) -> bool:
    """Whether the note is this person's, and came while the key was good."""
    if device.revoked_at is None or thread.made_at >= device.revoked_at:
        return False
    return thread.reporter.token == keys_of(session).reporter_token(device.person_id)


def _item(session: Session, note_id: uuid.UUID, by: Sender) -> Item:
    fields = {"kind": KIND, "note": str(note_id)}
    # Keyed: notes and phones stand in plain text; without it each pair could be tried.
    name = keys_of(session).index("late_photo", f"{note_id} {by.device_id}")
    return Item(
        id=uuid.UUID(bytes=name),
        kind=KIND,
        note_id=note_id,
        fields=fields,
        content_hash=content_hash(fields),
        envelope=b"",
        sender=by,
    )
