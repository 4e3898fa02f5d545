"""The worker turns parts into pictures, whatever stops it in between."""

from __future__ import annotations

import random
import sys
import uuid

import pytest
import sqlalchemy as sa

from models import developing, photo_part
from models.audit import AuditLine
from models.handoff import Handoff
from models.person import Person
from models.photo import Photo, PhotoPart, PhotoState
from models.photo_part import read_slice
from models.store import Store
from pwa import darkroom, develop
from pwa.develop import develop_photos
from tests import town
from tests.support import photos
from tests.support.photos import parts_of
from tests.town import MORNING, Cast

DRAWN = darkroom.Drawn(photos.jpeg(8, 4), (8, 4))


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def write_note(store: Store, cast: Cast, **fields: object) -> tuple[str, uuid.UUID]:
    note = str(uuid.uuid4())
    with store.write() as session:
        return note, town.note(session, MORNING, by=cast.suzuki, id=note, **fields).id


def send(store: Store, cast: Cast, data: bytes, note: str, size: int = 700) -> None:
    parts = parts_of(data, note, size=size)
    random.shuffle(parts)
    for raw in parts:
        one = read_slice(raw)
        assert one is not None
        with store.write() as session:
            photo_part.take(session, one, cast.suzuki, MORNING)


def states(store: Store) -> list[PhotoState]:
    with store.read() as session:
        return list(session.scalars(sa.select(Photo.state)))


def parts_left(store: Store) -> int:
    with store.read() as session:
        return session.scalar(sa.select(sa.func.count()).select_from(PhotoPart)) or 0


@pytest.mark.parametrize("sealed", [False, True])
def test_parts_in_any_order_become_one_picture_bound_to_its_row(
    either: Store, cast: Cast, sealed: bool
) -> None:
    note, handoff_id = write_note(either, cast, not_nearby=sealed)
    send(either, cast, photos.telltale(), note)
    assert [develop_photos(either, MORNING) for _ in range(2)] == [1, 0]
    assert (states(either), parts_left(either)) == ([PhotoState.WHOLE], 0)
    with either.read() as session:
        photo = session.scalars(sa.select(Photo)).one()
        assert (photo.width, photo.height) == (40, 80)
        assert photo.jpeg.startswith(b"\xff\xd8\xff\xe0")
        assert photos.CANARY.encode() not in photo.jpeg
        assert photo.jpeg not in (photo.sealed_jpeg or b"")
        acts = session.scalars(
            sa.select(AuditLine.act).where(AuditLine.object_id == str(handoff_id))
        ).all()
        assert acts[-1] == "photo"


def test_a_picture_of_which_a_part_is_missing_waits(either: Store, cast: Cast) -> None:
    note, _ = write_note(either, cast)
    *early, last = parts_of(photos.jpeg(), note, size=300)
    for raw in early:
        one = read_slice(raw)
        assert one is not None
        with either.write() as session:
            photo_part.take(session, one, cast.suzuki, MORNING)
    assert develop_photos(either, MORNING) == 0
    assert states(either) == []
    one = read_slice(last)
    assert one is not None
    with either.write() as session:
        photo_part.take(session, one, cast.suzuki, MORNING)
    assert develop_photos(either, MORNING) == 1


def test_a_picture_that_came_before_its_note_is_drawn_with_it(either: Store, cast: Cast) -> None:
    note = str(uuid.uuid4())
    send(either, cast, photos.jpeg(), note)
    assert develop_photos(either, MORNING) == 0
    with either.write() as session:
        town.note(session, MORNING, by=cast.suzuki, id=note)
    assert develop_photos(either, MORNING) == 1


def test_what_cannot_be_drawn_is_told_and_its_bytes_are_dropped(either: Store, cast: Cast) -> None:
    note, handoff_id = write_note(either, cast)
    send(either, cast, b"<html><script>alert(1)</script></html>", note)
    assert develop_photos(either, MORNING) == 0
    assert (states(either), parts_left(either)) == ([PhotoState.UNREADABLE], 0)
    with either.read() as session:
        handoff = session.get_one(Handoff, handoff_id)
        assert handoff.thread.observation.body["words"]
        assert session.scalars(sa.select(Photo.sealed_jpeg)).one() is None


def test_a_decoder_killed_in_the_middle_is_asked_once_more_and_then_no_more(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    monkeypatch.setattr(darkroom.draw, "__defaults__", ((sys.executable, "-I", "-c", code),))
    note, _ = write_note(either, cast)
    send(either, cast, photos.jpeg(), note)
    found = []
    for _ in range(3):
        develop_photos(either, MORNING)
        found += states(either)
    assert found == [PhotoState.DEVELOPING, PhotoState.DEVELOPING, PhotoState.UNREADABLE]
    assert parts_left(either) == 0


@pytest.mark.parametrize("at", ["before drawing", "after drawing", "while keeping"])
def test_a_worker_killed_anywhere_draws_the_picture_at_its_next_start(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    class Killed(BaseException):
        pass

    def killed(*_: object) -> None:
        raise Killed

    note, _ = write_note(either, cast)
    send(either, cast, photos.jpeg(), note)
    where = {
        "before drawing": (darkroom, "draw", killed),
        "after drawing": (developing, "keep", killed),
        "while keeping": (developing, "_settle", killed),
    }
    with monkeypatch.context() as patched:
        patched.setattr(darkroom, "draw", lambda _data: DRAWN)
        patched.setattr(*where[at])
        with pytest.raises(Killed):
            develop_photos(either, MORNING)
    monkeypatch.setattr(darkroom, "draw", lambda _data: DRAWN)
    assert states(either) == [PhotoState.DEVELOPING]
    assert develop_photos(either, MORNING) == 1
    assert (states(either), parts_left(either)) == ([PhotoState.WHOLE], 0)


def test_a_picture_that_comes_after_the_note_was_read_is_news_again(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "draw", lambda _data: DRAWN)
    note, handoff_id = write_note(either, cast, place="北町")
    send(either, cast, photos.jpeg(), note)
    develop_photos(either, MORNING)
    with either.write() as session:
        handoff = session.get_one(Handoff, handoff_id)
        assert handoff.answered_at is None
        handoff.open(session.get_one(Person, cast.aoki), MORNING)
    send(either, cast, photos.jpeg(), note)
    develop_photos(either, MORNING)
    with either.read() as session:
        assert session.get_one(Handoff, handoff_id).is_news


def test_one_turn_does_not_keep_the_worker_s_other_steps_waiting(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(darkroom, "draw", lambda _data: DRAWN)
    monkeypatch.setattr(develop, "TURN_SECONDS", -1.0)
    note, _ = write_note(either, cast)
    send(either, cast, photos.jpeg(), note)
    assert develop_photos(either, MORNING) == 0
    monkeypatch.undo()
    monkeypatch.setattr(darkroom, "draw", lambda _data: DRAWN)
    assert develop_photos(either, MORNING) == 1


def test_a_picture_larger_than_any_phone_makes_is_not_drawn(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(developing, "MOST_BYTES", 700)
    note, _ = write_note(either, cast)
    send(either, cast, photos.jpeg(), note)
    assert develop_photos(either, MORNING) == 0
    assert states(either) == [PhotoState.UNREADABLE]


@pytest.mark.parametrize("is_early", [True, False])
def test_a_part_that_does_not_open_stops_no_other_picture(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch, *, is_early: bool
) -> None:
    monkeypatch.setattr(darkroom, "draw", drawn_if_it_is_one)
    spoilt, whole = str(uuid.uuid4()), str(uuid.uuid4())
    if is_early:
        send(either, cast, photos.jpeg(), spoilt)
        send(either, cast, photos.jpeg(), whole)
    with either.write() as session:
        for note in (spoilt, whole):
            town.note(session, MORNING, by=cast.suzuki, id=note)
    if not is_early:
        send(either, cast, photos.jpeg(), spoilt)
        send(either, cast, photos.jpeg(), whole)
    with either.write() as session:
        of = PhotoPart.note_id == uuid.UUID(spoilt)
        first = session.scalars(sa.select(PhotoPart).where(of)).first()
        assert first is not None
        first.sealed_data = first.sealed_data[:-1] + bytes([first.sealed_data[-1] ^ 1])
    assert develop_photos(either, MORNING) == 1
    assert sorted(states(either)) == [PhotoState.UNREADABLE, PhotoState.WHOLE]
    assert parts_left(either) == 0


def drawn_if_it_is_one(data: bytes) -> darkroom.Drawn:
    """Drawn without a process of its own."""
    if not data:
        raise darkroom.NoPicture
    return DRAWN


def test_what_kills_its_reader_is_not_read_for_ever(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The try is written down before a byte is read: out of memory, nothing else is."""

    class Killed(BaseException):
        pass

    def killed(*_: object) -> bytes:
        raise Killed

    note, _ = write_note(either, cast)
    send(either, cast, photos.jpeg(), note)
    with monkeypatch.context() as patched:
        patched.setattr(PhotoPart, "data", property(killed))
        for _ in range(developing.TRIES):
            with pytest.raises(Killed):
                develop_photos(either, MORNING)
        assert develop_photos(either, MORNING) == 0
    assert (states(either), parts_left(either)) == ([PhotoState.UNREADABLE], 0)


def test_too_large_a_picture_is_settled_without_being_read(
    either: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    note, _ = write_note(either, cast)
    send(either, cast, photos.jpeg(), note)
    monkeypatch.setattr(developing, "MOST_BYTES", 700)
    monkeypatch.setattr(PhotoPart, "data", property(lambda _part: pytest.fail("read")))
    assert develop_photos(either, MORNING) == 0
    assert states(either) == [PhotoState.UNREADABLE]
