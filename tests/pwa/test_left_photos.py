"""Pictures whose rest never comes, and parts whose note never comes: settled, and not too soon."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
import sqlalchemy as sa

from models import photo_part
from models.audit import AuditLine
from models.developing import INCOMPLETE_AFTER
from models.handoff import Handoff
from models.person import Person
from models.photo import Photo, PhotoPart, PhotoState
from models.photo_joining import ORPHANS_KEPT
from models.photo_part import Slice, read_slice
from models.store import Store
from pwa.develop import develop_photos
from pwa.steps import forget_orphans, give_up_photos
from tests import town
from tests.support import photos
from tests.support.photos import parts_of
from tests.town import MORNING, Cast

DAY = dt.timedelta(days=1)
LATE = MORNING + INCOMPLETE_AFTER + DAY


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def write_note(store: Store, cast: Cast, note: uuid.UUID) -> uuid.UUID:
    with store.write() as session:
        handoff = town.note(session, MORNING, by=cast.suzuki, id=str(note), place="北町")
        handoff.open(session.get_one(Person, cast.aoki), MORNING)
        return handoff.id


def slices(note: uuid.UUID) -> list[Slice]:
    read = [read_slice(raw) for raw in parts_of(photos.jpeg(), str(note), size=300)]
    return [one for one in read if one is not None]


def take(store: Store, by: uuid.UUID, *found: Slice, now: dt.datetime = MORNING) -> None:
    for one in found:
        with store.write() as session:
            photo_part.take(session, one, by, now)


def states(store: Store) -> list[PhotoState]:
    with store.read() as session:
        return list(session.scalars(sa.select(Photo.state)))


def parts_left(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(PhotoPart)) or 0


def test_a_picture_whose_rest_did_not_come_is_settled_once(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    handoff_id = write_note(either, cast, note)
    *early, last = slices(note)
    take(either, cast.suzuki, *early)
    assert give_up_photos(either, MORNING + INCOMPLETE_AFTER) == 0
    assert [give_up_photos(either, LATE) for _ in range(2)] == [1, 0]
    assert (states(either), parts_left(either)) == ([PhotoState.INCOMPLETE], 0)
    with either.read() as session:
        assert not session.get_one(Handoff, handoff_id).is_news
        same = AuditLine.object_id == str(handoff_id)
        acts = session.scalars(sa.select(AuditLine.act).where(same)).all()
        assert acts.count("photo_incomplete") == 1
    # What comes after all is answered, and hangs on nothing.
    take(either, cast.suzuki, last, now=LATE)
    assert develop_photos(either, LATE) == 0
    assert (states(either), parts_left(either)) == ([PhotoState.INCOMPLETE], 0)


def test_a_part_that_came_of_late_keeps_the_picture_waiting(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    write_note(either, cast, note)
    first, *more, last = slices(note)
    take(either, cast.suzuki, first)
    take(either, cast.suzuki, *more, now=LATE - DAY)
    assert give_up_photos(either, LATE) == 0
    take(either, cast.suzuki, last, now=LATE)
    assert develop_photos(either, LATE) == 1


def test_what_is_whole_is_drawn_however_long_the_worker_stood_still(
    either: Store, cast: Cast
) -> None:
    before, after = uuid.uuid4(), uuid.uuid4()
    take(either, cast.suzuki, *slices(before))
    for note in (before, after):
        write_note(either, cast, note)
    take(either, cast.suzuki, *slices(after))
    late = MORNING + ORPHANS_KEPT + DAY
    assert (forget_orphans(either, late), give_up_photos(either, late)) == (0, 0)
    assert develop_photos(either, late) == 2


def test_parts_without_a_note_are_forgotten_after_a_month(either: Store, cast: Cast) -> None:
    theirs = uuid.uuid4()
    with either.write() as session:
        town.note(session, MORNING, by=cast.tanaka, id=str(theirs))
    for note in (uuid.uuid4(), theirs):
        take(either, cast.suzuki, slices(note)[0])
    take(either, cast.suzuki, slices(uuid.uuid4())[0], now=MORNING + 2 * DAY)
    assert give_up_photos(either, MORNING + 2 * ORPHANS_KEPT) == 0
    assert forget_orphans(either, MORNING + ORPHANS_KEPT) == 0
    late = MORNING + ORPHANS_KEPT + DAY
    assert [forget_orphans(either, late) for _ in range(2)] == [2, 0]
    assert parts_left(either) == 1


def test_parts_left_behind_a_settled_picture_are_dropped_and_change_nothing(
    either: Store, cast: Cast
) -> None:
    """Two doors at once may leave them: the one that drew it, and the one that took a part."""
    note = uuid.uuid4()
    write_note(either, cast, note)
    found = slices(note)
    take(either, cast.suzuki, *found)
    assert develop_photos(either, MORNING) == 1
    for part, step in ((found, develop_photos), (found[:1], give_up_photos)):
        with either.write() as session:
            photo = session.scalars(sa.select(Photo)).one()
            for one in part:
                row = PhotoPart(
                    id=uuid.uuid4(),
                    note_id=note,
                    photo_id=one.photo_id,
                    part=one.part,
                    parts=one.parts,
                    received_at=MORNING,
                )
                row.write(session, one.data, photo.thread)
                session.add(row)
        assert step(either, LATE) == 0
        assert (states(either), parts_left(either)) == ([PhotoState.WHOLE], 0)
