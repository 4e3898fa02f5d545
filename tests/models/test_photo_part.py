"""Parts of pictures are kept once, with their note or before it, and of whoever wrote it."""

from __future__ import annotations

import base64
import uuid
from dataclasses import replace

import pytest
import sqlalchemy as sa

from models import photo_joining, photo_part, staffing
from models.audit import AuditLine
from models.errors import Unreadable
from models.person import Person
from models.photo import Photo, PhotoPart, PhotoState
from models.photo_part import Slice, read_slice
from models.store import Store
from tests import town
from tests.support.photos import jpeg, parts_of
from tests.town import MORNING, Cast


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def slices(note: uuid.UUID, **how: str) -> list[Slice]:
    read = [read_slice(raw) for raw in parts_of(jpeg(), str(note), size=300, **how)]
    assert None not in read
    return [one for one in read if one is not None]


def write_note(store: Store, by: uuid.UUID | None, note: uuid.UUID) -> uuid.UUID:
    with store.write() as session:
        return town.note(session, MORNING, by=by, id=str(note)).thread_id


def take(store: Store, one: Slice, by: uuid.UUID | None, *, is_beyond: bool = False) -> bool:
    with store.write() as session:
        return photo_part.take(session, one, by, MORNING, is_beyond=is_beyond)


def kept(store: Store) -> dict[uuid.UUID, tuple[uuid.UUID | None, bytes]]:
    with store.read() as session:
        return {p.id: (p.thread_id, p.data) for p in session.scalars(sa.select(PhotoPart))}


def test_a_part_is_kept_once_under_the_key_of_its_thread(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    thread_id = write_note(either, cast.suzuki, note)
    one = slices(note)[0]
    assert [take(either, one, cast.suzuki) for _ in range(3)] == [True, False, False]
    assert kept(either) == {one.id: (thread_id, one.data)}
    with either.read() as session:
        part = session.scalars(sa.select(PhotoPart)).one()
        assert base64.b64encode(one.data) not in part.sealed_data
        assert one.data not in part.sealed_data
        acts = session.scalars(sa.select(AuditLine.act).where(AuditLine.object_id == str(one.id)))
        assert list(acts) == ["photo_part"]
        part.thread.key = session.info["keys"].new_data_key("thread", uuid.uuid4())[0]  # type: ignore[union-attr]
        with pytest.raises(Unreadable):
            assert part.data


@pytest.mark.parametrize("writer", ["suzuki", None])
def test_parts_that_come_before_their_note_wait_for_it(
    either: Store, cast: Cast, writer: str | None
) -> None:
    by = None if writer is None else getattr(cast, writer)
    note = uuid.uuid4()
    early = slices(note)
    for one in early:
        assert take(either, one, by)
    with either.read() as session:
        assert not photo_joining.has_joinable(session)
    thread_id = write_note(either, by, note)
    with either.write() as session:
        assert photo_joining.has_joinable(session)
        assert photo_joining.join_notes(session) == len(early)
        assert photo_joining.join_notes(session) == 0
    assert kept(either) == {one.id: (thread_id, one.data) for one in early}


@pytest.mark.parametrize(("writer", "sender"), [("suzuki", "tanaka"), ("suzuki", None)])
@pytest.mark.parametrize("is_early", [True, False])
def test_nobody_adds_a_picture_to_another_s_note(
    either: Store, cast: Cast, writer: str, sender: str | None, is_early: bool
) -> None:
    note = uuid.uuid4()
    by = None if sender is None else getattr(cast, sender)
    one = slices(note)[0]
    if is_early:
        take(either, one, by)
    write_note(either, getattr(cast, writer), note)
    if not is_early:
        take(either, one, by)
    with either.write() as session:
        assert photo_joining.join_notes(session) == 0
    assert kept(either) == {one.id: (None, one.data)}


def test_a_writer_who_left_leaves_no_mark_on_parts(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    take(either, slices(note)[0], cast.suzuki)
    with either.write() as session:
        staffing.leave(session, session.get_one(Person, cast.suzuki), MORNING)
    with either.read() as session:
        assert session.scalars(sa.select(PhotoPart.by_token)).all() == [None]


def test_the_fourth_picture_of_a_note_is_let_go(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    write_note(either, cast.suzuki, note)
    for _ in range(4):
        for one in slices(note):
            assert take(either, one, cast.suzuki)
    with either.read() as session:
        pictures = session.scalars(sa.select(PhotoPart.photo_id).distinct()).all()
        beyond = session.scalars(sa.select(AuditLine).where(AuditLine.act == "photo_beyond")).all()
    assert len(pictures) == 3
    assert len(beyond) == len(slices(note))


def test_beyond_the_measure_of_a_day_parts_are_let_go(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    write_note(either, cast.suzuki, note)
    assert take(either, slices(note)[0], cast.suzuki, is_beyond=True)
    assert kept(either) == {}


def test_what_is_drawn_already_needs_no_part_again(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    thread_id = write_note(either, cast.suzuki, note)
    one = slices(note)[0]
    with either.write() as session:
        session.add(
            Photo(
                thread_id=thread_id,
                client_id=one.photo_id,
                state=PhotoState.UNREADABLE,
                made_at=MORNING,
            )
        )
    assert not take(either, one, cast.suzuki)
    assert kept(either) == {}


@pytest.mark.parametrize("is_early", [True, False])
def test_the_first_content_of_a_part_stays_the_only_one(
    either: Store, cast: Cast, is_early: bool
) -> None:
    note = uuid.uuid4()
    if not is_early:
        write_note(either, cast.suzuki, note)
    one = slices(note)[0]
    assert take(either, one, cast.suzuki)
    for n in range(3):
        assert take(either, replace(one, id=uuid.uuid4(), data=bytes([n])), cast.suzuki)
    assert take(either, replace(one, data=b"other"), cast.suzuki)
    assert [data for _, data in kept(either).values()] == [one.data]
    # Nobody else's part of that number keeps the writer's own away.
    assert take(either, replace(one, id=uuid.uuid4(), data=b"theirs"), None)
    assert len(kept(either)) == 2


def test_a_part_that_no_longer_opens_is_taken_again_without_a_fault(
    either: Store, cast: Cast
) -> None:
    note = uuid.uuid4()
    write_note(either, cast.suzuki, note)
    one = slices(note)[0]
    take(either, one, cast.suzuki)
    with either.write() as session:
        session.execute(sa.update(PhotoPart).values(sealed_data=b"x" * 40))
    assert take(either, one, cast.suzuki)
    with either.read() as session:
        assert [part.data_if_any for part in session.scalars(sa.select(PhotoPart))] == [b""]


def test_before_the_note_three_of_its_pictures_wait_and_no_more(either: Store, cast: Cast) -> None:
    note = uuid.uuid4()
    for _ in range(5):
        for one in slices(note):
            assert take(either, one, cast.suzuki)
    assert len(kept(either)) == 3 * len(slices(note))


def test_of_a_slice_larger_than_phones_cut_only_that_it_came_is_kept(
    either: Store, cast: Cast
) -> None:
    note = uuid.uuid4()
    write_note(either, cast.suzuki, note)
    large = b"x" * (photo_part.MOST_SLICE_BYTES + 1)
    one = replace(slices(note)[0], data=large)
    assert [take(either, one, cast.suzuki) for _ in range(2)] == [True, False]
    assert [data for _, data in kept(either).values()] == [b""]
    just = replace(one, id=uuid.uuid4(), photo_id=uuid.uuid4(), data=large[1:])
    take(either, just, cast.suzuki)
    assert kept(either)[just.id][1] == large[1:]


def test_joining_is_done_by_size(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    note = uuid.uuid4()
    early = slices(note)
    for one in early:
        take(either, one, cast.suzuki)
    write_note(either, cast.suzuki, note)
    monkeypatch.setattr(photo_joining, "BYTES_AT_ONCE", 900)
    turns = []
    while not turns or turns[-1]:
        with either.write() as session:
            turns.append(photo_joining.join_notes(session))
    assert sum(turns) == len(early)
    assert max(turns) <= 2


@pytest.mark.parametrize(
    "changed",
    [
        {"id": "none"},
        {"note": None},
        {"photo": ["list"]},
        {"part": "0"},
        {"part": "2", "parts": "1"},
        {"parts": "999"},
        {"part": "１"},
        {"part": 1},
        {"data": "§"},
        {"data": "AAA"},
        {"data": True},
    ],
)
def test_what_is_no_part_is_not_taken_for_one(changed: dict[str, object]) -> None:
    raw = parts_of(jpeg(), str(uuid.uuid4()))[0]
    assert read_slice(raw) is not None
    assert read_slice(raw | changed) is None
