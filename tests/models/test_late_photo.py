"""Where a part belongs that an ended phone sends: decided once, on each database."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from models import device, follow_up, late_photo, photo_part
from models.credential import Credential
from models.handoff import HeldReason
from models.keys import KeyRing
from models.observation import Observation
from models.person import Person
from models.photo import Photo, PhotoPart, PhotoState
from models.photo_part import Slice
from models.sender import Sender
from models.store import Store
from models.thread import Thread
from tests import town
from tests.support.phone import Phone, point_of
from tests.town import MORNING, Cast

DOOR = follow_up.Door(lambda *_: False, lambda: False)
LATER = MORNING + dt.timedelta(hours=2)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def ended(either: Store, cast: Cast) -> Sender:
    """鈴木's phone, ended an hour after the morning."""
    with either.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        made = device.register(session, suzuki, point_of(Phone()), MORNING)
        made.revoked_at = MORNING + dt.timedelta(hours=1)
        return Sender(suzuki.id, made.id, is_revoked=True)


def slice_of(note: uuid.UUID) -> Slice:
    return Slice(uuid.uuid4(), note, uuid.uuid4(), 1, 1, b"x")


@pytest.mark.parametrize(
    ("writer", "came", "is_held"),
    [("suzuki", MORNING, True), ("suzuki", LATER, False), ("tanaka", MORNING, False)],
)
def test_only_the_own_earlier_note_s_pictures_are_held_and_once(
    either: Store, cast: Cast, ended: Sender, writer: str, came: dt.datetime, is_held: bool
) -> None:
    note = uuid.uuid4()
    with either.write() as session:
        town.note(session, came, by=getattr(cast, writer), id=str(note))
    found = set()
    for _ in range(3):
        with either.write() as session:
            found.add(late_photo.aside(session, slice_of(note), ended, DOOR, LATER).note_id)
    (where,) = found
    assert (where != note) is is_held
    with either.read() as session:
        kept = session.scalars(sa.select(Observation).where(Observation.client_id == where)).one()
        reason = HeldReason.REVOKED_KEY if is_held else None
        assert kept.thread.handoff.held_reason is reason
        assert session.scalar(sa.select(sa.func.count()).select_from(Observation)) == 1 + is_held


def own_note(store: Store, cast: Cast) -> uuid.UUID:
    """An earlier note of 鈴木."""
    note = uuid.uuid4()
    with store.write() as session:
        town.note(session, MORNING, by=cast.suzuki, id=str(note))
    return note


def accept(store: Store, one: Slice, by: Sender, *, is_late: bool) -> None:
    with store.write() as session:
        found = late_photo.aside(session, one, by, DOOR, LATER) if is_late else one
        photo_part.take(session, found, by.person_id, LATER)


def notes_and_parts(store: Store) -> list[tuple[str, int]]:
    """By each note, why it is held, and how many parts of pictures it has; all can be read."""
    with store.read() as session:
        return sorted(
            (
                str(thread.handoff.held_reason),
                len([part.data for part in session.scalars(parts_at(thread))]),
            )
            for thread in session.scalars(sa.select(Thread))
        )


def parts_at(thread: Thread) -> sa.Select[PhotoPart]:
    return sa.select(PhotoPart).where(PhotoPart.thread_id == thread.id)


def test_what_came_before_the_key_ended_is_only_sent_again(
    either: Store, cast: Cast, ended: Sender
) -> None:
    note = own_note(either, cast)
    one = slice_of(note)
    for is_late in (False, True, True):
        accept(either, one, ended, is_late=is_late)
    assert notes_and_parts(either) == [("None", 1)]
    with either.write() as session:
        thread = town.thread_of(session, note)
        session.execute(sa.delete(PhotoPart))
        state, made_at = PhotoState.UNREADABLE, MORNING
        session.add(
            Photo(thread_id=thread.id, client_id=one.photo_id, state=state, made_at=made_at)
        )
    accept(either, one, ended, is_late=True)
    assert notes_and_parts(either) == [("None", 0)]


def test_a_picture_cut_in_two_by_the_ending_is_held_whole(
    either: Store, cast: Cast, ended: Sender
) -> None:
    note = own_note(either, cast)
    first = replace(slice_of(note), parts=2)
    second = replace(first, id=uuid.uuid4(), part=2, data=b"y")
    accept(either, slice_of(note), ended, is_late=False)
    accept(either, first, ended, is_late=False)
    for _ in range(2):
        accept(either, second, ended, is_late=True)
        accept(either, first, ended, is_late=True)
    assert notes_and_parts(either) == [("None", 1), ("revoked_key", 2)]


def test_without_the_key_file_nobody_finds_out_which_note_is_whose(
    either: Store, cast: Cast, ended: Sender
) -> None:
    note = uuid.uuid4()
    held = set()
    for _ in range(2):
        with either.write() as session:
            # The same note and the same phone in a town with another key file.
            session.info["keys"] = KeyRing.ephemeral()
            town.note(session, MORNING, by=cast.suzuki, id=str(note))
            held.add(late_photo.aside(session, slice_of(note), ended, DOOR, LATER).note_id)
            session.rollback()
    assert len(held - {note}) == 2


def test_a_part_whose_note_has_not_come_waits_for_it(
    either: Store, cast: Cast, ended: Sender
) -> None:
    note = uuid.uuid4()
    with either.write() as session:
        one = slice_of(note)
        assert late_photo.aside(session, one, ended, DOOR, LATER) is one
        assert session.get_one(Credential, ended.device_id).revoked_at is not None
        assert session.scalars(sa.select(Observation)).all() == []
