"""Pictures that lie, through the front door: the note is there, and nothing leaks."""

from __future__ import annotations

import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from blueprints import limits
from blueprints.gate import limiter
from models.observation import Observation
from models.photo import Photo, PhotoPart, PhotoState
from models.purge import purge
from models.store import Store
from pwa.develop import develop_photos
from tests import town
from tests.conftest import SetClock
from tests.support import photos
from tests.support.envelope import sealed
from tests.support.phone import Phone
from tests.support.photos import parts_of
from tests.town import MORNING, Cast, fields

HIDDEN = (
    photos.CANARY.encode(),
    b"<script",
    b"PK\x03\x04",
    b"GIF8",
    b"Exif",
    b"8BIM",
    b"<x:xmpmeta",
)


@pytest.fixture
def cast(store: Store) -> Cast:
    limiter.reset()
    with store.write() as session:
        return town.build(session)


@pytest.fixture
def phone(client: FlaskClient, store: Store, cast: Cast) -> Phone:
    return Phone().registered(town.signed_in(client, store, cast.suzuki))


class Sent:
    """鈴木's phone, and what it sends."""

    def __init__(self, client: FlaskClient, phone: Phone) -> None:
        self.client, self.phone = client, phone
        self.key = client.get("/api/v1/key").get_json()

    def item(self, raw: dict[str, Any], by: Phone | None = None) -> dict[str, Any]:
        answer = (by or self.phone).send(self.client, sealed(self.key, raw))
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.get_json()
        assert (told["id"], told["state"]) == (raw["id"], "arrived")
        return told

    def note(self) -> str:
        raw = fields(words="たまった新聞を見てください。")
        self.item(raw)
        return str(raw["id"])

    def photo(self, data: bytes, note: str) -> None:
        for raw in parts_of(data, note):
            self.item(raw)


@pytest.fixture
def sent(client: FlaskClient, phone: Phone) -> Sent:
    return Sent(client, phone)


def states(store: Store) -> list[PhotoState]:
    with store.read() as session:
        return list(session.scalars(sa.select(Photo.state)))


def in_the_file(store: Store) -> bytes:
    """Every byte of the database, free pages included."""
    with closing(sqlite3.connect(str(store.url.database))) as database:
        database.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return Path(str(store.url.database)).read_bytes()


LIARS: dict[str, tuple[Callable[[], bytes], PhotoState]] = {
    "everything a jpeg tells": (photos.telltale, PhotoState.WHOLE),
    "everything a png tells": (photos.telltale_png, PhotoState.WHOLE),
    "a page behind it": (lambda: photos.jpeg() + b"<script>alert(1)</script>", PhotoState.WHOLE),
    "an archive behind it": (lambda: photos.jpeg() + b"PK\x03\x04", PhotoState.WHOLE),
    "a page": (lambda: b"<html><script>alert(1)</script></html>", PhotoState.UNREADABLE),
    "a drawing": (lambda: b"<svg><script>alert(1)</script></svg>", PhotoState.UNREADABLE),
    "a bomb": (photos.bomb, PhotoState.UNREADABLE),
    "half a picture": (lambda: photos.noisy(300, 200)[:3000], PhotoState.UNREADABLE),
    "nothing": (lambda: b"", PhotoState.UNREADABLE),
}


@pytest.mark.parametrize("how", LIARS)
def test_whatever_comes_the_note_is_there_and_nothing_else_is_served(
    sent: Sent, client: FlaskClient, store: Store, cast: Cast, how: str
) -> None:
    make, expected = LIARS[how]
    note = sent.note()
    sent.photo(make(), note)
    develop_photos(store, MORNING)
    assert states(store) == [expected]
    with store.read() as session:
        handoff = town.thread_of(session, note).handoff
        photo_id = session.scalars(sa.select(Photo.id)).one()
        assert session.scalar(sa.select(sa.func.count()).select_from(PhotoPart)) == 0
        handoff_id = handoff.id
    okada = town.signed_in(client, store, cast.okada)
    page = okada.get(f"/desk/handoffs/{handoff_id}")
    picture = okada.get(f"/desk/handoffs/{handoff_id}/photos/{photo_id}")
    assert "たまった新聞を見てください。" in page.text
    assert ("開けない写真" in page.text) == (expected is PhotoState.UNREADABLE)
    assert picture.status_code == (200 if expected is PhotoState.WHOLE else 404)
    for hidden in HIDDEN:
        assert hidden not in picture.data or picture.status_code == 404
        assert hidden not in in_the_file(store)
    if expected is PhotoState.WHOLE:
        assert picture.data not in in_the_file(store)


@pytest.mark.parametrize("times", [120, pytest.param(500, marks=pytest.mark.everything)])
def test_the_same_picture_hundreds_of_times_is_three_pictures(
    sent: Sent, store: Store, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    monkeypatch.setattr(limits, "PHOTO_PARTS_PER_DAY", 100)
    note = sent.note()
    for _ in range(times):
        sent.photo(photos.jpeg(2, 1), note)
    develop_photos(store, MORNING)
    assert states(store) == [PhotoState.WHOLE] * 3
    before = len(in_the_file(store))
    for _ in range(20):
        sent.photo(photos.noisy(200, 100), sent.note())
    develop_photos(store, MORNING)
    assert states(store) == [PhotoState.WHOLE] * 3
    assert len(in_the_file(store)) < before + 20 * 20_000
    with store.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(PhotoPart)) == 0


def test_a_stranger_who_knows_a_note_s_id_adds_nothing_and_learns_nothing(
    sent: Sent, client: FlaskClient, store: Store, cast: Cast
) -> None:
    note = sent.note()
    stranger = Phone().registered(town.signed_in(client, store, cast.tanaka))
    told = []
    for by in (stranger, Phone()):
        for named in (note, str(uuid.uuid4())):
            (raw,) = parts_of(photos.jpeg(), named)
            told.append(sent.item(raw, by))
    assert len({(one["desk"]["id"], str(one["hours"]), one["receipt"]) for one in told}) == 1
    develop_photos(store, MORNING)
    assert states(store) == []


def test_a_part_again_is_answered_and_kept_once(sent: Sent, store: Store) -> None:
    note = sent.note()
    early, late = parts_of(photos.jpeg(), note, size=400)[:2]
    for raw in (early, early, late, early, late):
        sent.item(raw)
    with store.read() as session:
        assert len(session.scalars(sa.select(PhotoPart)).all()) == 2


def test_other_bytes_under_a_part_s_id_take_nothing_away(
    sent: Sent, store: Store, clock: SetClock
) -> None:
    (raw,) = parts_of(photos.jpeg(), sent.note())
    (other,) = parts_of(photos.jpeg(8, 8), raw["note"], photo=raw["photo"])
    sent.item(raw)
    clock.forward(seconds=1)
    for _ in range(2):
        sent.item(other | {"id": raw["id"]})
    with store.read() as session:
        assert len(session.scalars(sa.select(PhotoPart)).all()) == 1
    develop_photos(store, MORNING)
    with store.read() as session:
        photo = session.scalars(sa.select(Photo)).one()
        assert (photo.width, photo.height) == (80, 40)


def test_large_slices_again_and_again_fill_neither_disk_nor_memory(
    sent: Sent, store: Store
) -> None:
    """An anonymous sender's, before the note and after it, each answered as any other part."""
    nobody, raw = Phone(), fields()
    for number in range(12):
        large = photos.noisy(200, 100) + b"x" * (200 * 1024)
        (one,) = parts_of(large, raw["id"], size=2**20, photo=str(uuid.UUID(int=7)))
        if number == 6:
            sent.item(raw, nobody)
        sent.item(one | {"part": str(1 + number % 2), "parts": "3"}, nobody)
    with store.read() as session:
        size = sa.func.sum(sa.func.length(PhotoPart.sealed_data))
        rows, held = session.execute(sa.select(sa.func.count(), size)).one()
    assert rows == 2
    assert held < 200
    sent.item(one | {"part": "3", "parts": "3", "id": str(uuid.uuid4())}, nobody)
    develop_photos(store, MORNING)
    assert states(store) == [PhotoState.UNREADABLE]


def test_of_a_purged_note_no_picture_comes_back(sent: Sent, store: Store) -> None:
    note = sent.note()
    drawn, parts = (parts_of(photos.jpeg(), note, size=400) for _ in range(2))
    for raw in (*drawn, *parts[:-1]):
        sent.item(raw)
    assert develop_photos(store, MORNING) == 1
    with store.write() as session:
        purge(session, town.thread_of(session, note), MORNING)
    for raw in (*drawn, *parts):
        sent.item(raw)
    develop_photos(store, MORNING)
    with store.read() as session:
        assert session.scalars(sa.select(PhotoPart)).all() == []
        assert session.scalars(sa.select(Photo)).all() == []


def test_what_calls_itself_a_photo_and_is_none_is_held_for_people(sent: Sent, store: Store) -> None:
    (raw,) = parts_of(photos.jpeg(), sent.note())
    sent.item(raw | {"parts": "many"})
    with store.read() as session:
        held = session.scalars(
            sa.select(Observation).where(Observation.client_id == uuid.UUID(raw["id"]))
        ).one()
        assert held.thread.handoff.held_reason is not None
