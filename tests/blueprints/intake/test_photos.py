"""The photos of a note, at the desk that reads it and nowhere else."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from models.audit import AuditLine
from models.errors import Busy
from models.handoff import Handoff
from models.photo import Photo, PhotoPart, PhotoState
from models.store import Store
from tests import town
from tests.blueprints.intake.conftest import Notes
from tests.support.photos import jpeg
from tests.town import MORNING, Cast


def add_photo(store: Store, handoff_id: uuid.UUID, state: PhotoState | None = None) -> str:
    """The address of a picture beside a note."""
    with store.write() as session:
        photo = Photo(
            id=uuid.uuid4(),
            thread=session.get_one(Handoff, handoff_id).thread,
            client_id=uuid.uuid4(),
            made_at=MORNING,
            state=state,
        )
        session.add(photo)
        if state is None:
            photo.keep(jpeg(), (80, 40))
        return f"/desk/handoffs/{handoff_id}/photos/{photo.id}"


def test_a_picture_is_served_as_a_picture_and_nothing_else(
    okada: FlaskClient, store: Store, notes: Notes
) -> None:
    answer = okada.get(add_photo(store, notes.send()))
    assert (answer.status_code, answer.data) == (200, jpeg())
    assert answer.headers["Content-Type"] == "image/jpeg"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
    assert answer.headers["Content-Disposition"] == 'inline; filename="kizuki.jpg"'
    assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_desk_reads_that_the_rest_of_a_picture_did_not_come(
    okada: FlaskClient, store: Store, notes: Notes
) -> None:
    handoff_id = notes.send()
    path = add_photo(store, handoff_id, PhotoState.INCOMPLETE)
    page = okada.get(f"/desk/handoffs/{handoff_id}").text
    assert "写真1枚は、残りの部分が届きませんでした。" in page
    assert "まだ全部は届いていない" not in page
    assert okada.get(path).status_code == 404


def test_every_look_is_written_down(
    okada: FlaskClient, store: Store, notes: Notes, cast: Cast
) -> None:
    path = add_photo(store, notes.send())
    for _ in range(2):
        okada.get(path)
    with store.read() as session:
        photo_id = path.rpartition("/")[2]
        lines = session.scalars(sa.select(AuditLine).where(AuditLine.object_id == photo_id)).all()
    assert [(line.act, line.actor_id) for line in lines] == [("see_photo", cast.okada)] * 2


def test_nothing_is_shown_that_cannot_be_written_down(
    okada: FlaskClient, store: Store, notes: Notes, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = add_photo(store, notes.send())

    @contextmanager
    def busy(_wait: float | None = None) -> Iterator[Session]:
        raise Busy
        yield

    monkeypatch.setattr(store, "write", busy)
    answer = okada.get(path)
    assert answer.status_code == 503
    assert jpeg() not in answer.data


def test_a_picture_of_another_note_is_not_there(
    okada: FlaskClient, store: Store, notes: Notes
) -> None:
    mine, sealed = notes.send(), notes.send(not_nearby=True)
    photo_id = add_photo(store, sealed).rpartition("/")[2]
    for handoff in (mine, sealed, uuid.uuid4()):
        assert okada.get(f"/desk/handoffs/{handoff}/photos/{photo_id}").status_code == 404


@pytest.mark.parametrize("state", [PhotoState.UNREADABLE, PhotoState.DEVELOPING])
def test_there_is_no_picture_before_it_is_whole(
    okada: FlaskClient, store: Store, notes: Notes, state: PhotoState
) -> None:
    assert okada.get(add_photo(store, notes.send(), state)).status_code == 404


def test_who_sent_a_picture_does_not_get_it_back(
    client: FlaskClient, store: Store, notes: Notes, cast: Cast
) -> None:
    path = add_photo(store, notes.send())
    town.signed_in(client, store, cast.suzuki)
    assert client.get(path).status_code == 404
    with store.read() as session:
        thread_id = session.scalars(sa.select(Photo.thread_id)).one()
    assert path.rpartition("/")[2] not in client.get(f"/notes/{thread_id}").text


def test_a_note_that_was_taken_back_has_no_pictures(
    okada: FlaskClient, store: Store, notes: Notes
) -> None:
    handoff = notes.send()
    path = add_photo(store, handoff)
    notes.change(handoff, lambda h, _who: h.take_back(MORNING))
    assert okada.get(path).status_code == 404


def test_the_note_s_page_shows_its_pictures_and_says_what_is_not_here(
    okada: FlaskClient, store: Store, notes: Notes
) -> None:
    handoff = notes.send()
    paths = [add_photo(store, handoff) for _ in range(4)]
    add_photo(store, handoff, PhotoState.UNREADABLE)
    with store.write() as session:
        thread = session.get_one(Handoff, handoff).thread
        part = PhotoPart(
            id=uuid.uuid4(),
            note_id=uuid.uuid4(),
            photo_id=uuid.uuid4(),
            part=1,
            parts=2,
            received_at=MORNING,
        )
        part.write(session, b"\xff", thread)
        session.add(part)
    page = okada.get(f"/desk/handoffs/{handoff}").text
    shown = re.findall(r'<img class="photos__picture" src="([^"]+)" width="80" height="40"', page)
    assert len(shown) == 3
    assert set(shown) < set(paths)
    assert "届いた写真（3枚のうち1枚目）" in page
    assert "まだ全部は届いていない写真が、1枚あります。" in page
    assert "開けない写真が1枚ありました。" in page


def test_a_note_without_photos_says_nothing_of_them(okada: FlaskClient, notes: Notes) -> None:
    assert "写真" not in okada.get(f"/desk/handoffs/{notes.send()}").text
