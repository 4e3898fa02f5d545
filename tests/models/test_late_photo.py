"""Where a part belongs that an ended phone sends: decided once, on each database."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from models import device, follow_up, late_photo
from models.credential import Credential
from models.handoff import HeldReason
from models.keys import KeyRing
from models.observation import Observation
from models.person import Person
from models.photo_part import Slice
from models.sender import Sender
from models.store import Store
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
