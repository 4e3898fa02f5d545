"""While a writer is stuck, what is there can be read: only what was read is not remembered."""

from __future__ import annotations

import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from flask.testing import FlaskClient

from blueprints.api import shape
from models import store as store_module
from models.handoff import RELEASE, Handoff
from models.person import Person
from models.photo import Photo
from models.reply import Said
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.town import Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever waits for the store gives up at once."""
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)


@pytest.fixture
def handoff(store: Store, cast: Cast) -> Handoff:
    """A note of suzuki that the north desk answered."""
    with store.write() as session:
        handoff = town.note(session, town.MORNING, by=cast.suzuki, area=cast.kitamachi)
        okada = session.get_one(Person, cast.okada)
        handoff.acknowledge(okada, Said("check"), town.MORNING - RELEASE)
        assert handoff.thread.observation.client_id
        return handoff


@contextmanager
def stuck(store: Store) -> Iterator[None]:
    """Somebody else's write, which does not end."""
    began, end = threading.Event(), threading.Event()

    def hold() -> None:
        with store.write():
            began.set()
            end.wait()

    writer = threading.Thread(target=hold)
    writer.start()
    began.wait()
    try:
        yield
    finally:
        end.set()
        writer.join()


def test_a_used_session_is_remembered_only_where_nobody_waits(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    town.signed_in(client, store, cast.suzuki)
    clock.forward(minutes=5)
    began = time.monotonic()
    with stuck(store):
        answer = client.get("/notes")
    assert answer.status_code == 200
    assert time.monotonic() - began < store_module.WRITE_WAIT_SECONDS / 2


@pytest.mark.usefixtures("impatient")
def test_what_cannot_be_written_down_is_not_shown_and_comes_once_it_can(
    client: FlaskClient, store: Store, cast: Cast, handoff: Handoff
) -> None:
    with store.write() as session:
        session.get_one(Handoff, handoff.id).answered_at = town.MORNING
    town.signed_in(client, store, cast.okada)
    with stuck(store):
        answer = client.get(f"/desk/handoffs/{handoff.id}")
    assert answer.status_code == 503
    assert "向かいのおばあさん" not in answer.text
    answer = client.get(f"/desk/handoffs/{handoff.id}")
    assert answer.status_code == 200
    assert "向かいのおばあさん" in answer.text


@pytest.mark.usefixtures("impatient")
def test_a_program_reads_its_answer_while_a_writer_is_stuck(
    client: FlaskClient, store: Store, cast: Cast, handoff: Handoff
) -> None:
    town.signed_in(client, store, cast.suzuki)
    note_id = handoff.thread.observation.client_id
    with stuck(store):
        answer = client.get(f"/api/v1/observations/{note_id}")
    assert answer.status_code == 200
    assert client.get("/api/v1/observations").json["observations"][0]["unread"] == 1


def test_what_was_said_is_opened_and_written_out_after_the_write(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    handoff: Handoff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    whole = shape.thread

    def thread(*of: Any) -> dict[str, Any]:
        with store.write(wait_seconds=0):
            return whole(*of)

    monkeypatch.setattr(shape, "thread", thread)
    town.signed_in(client, store, cast.suzuki)
    path = f"/api/v1/observations/{handoff.thread.observation.client_id}/replies"
    said = {"kind": "addition", "words": "電気がつきました"}
    answer = client.post(path, json=said, headers=town.csrf(client))
    assert answer.status_code == 201
    assert answer.get_json()["replies"][-1]["words"] == "電気がつきました"


def test_a_photo_is_opened_while_nobody_waits(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    handoff: Handoff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def jpeg(_photo: Photo) -> bytes:
        with store.write(wait_seconds=0):
            return b"picture"

    with store.write() as session:
        thread = session.get_one(Handoff, handoff.id).thread
        photo = Photo(id=uuid.uuid4(), thread=thread, client_id=uuid.uuid4(), made_at=town.MORNING)
        session.add(photo)
        photo.keep(b"picture", (80, 40))
        photo_id = photo.id
    monkeypatch.setattr(Photo, "jpeg", property(jpeg))
    town.signed_in(client, store, cast.okada)
    answer = client.get(f"/desk/handoffs/{handoff.id}/photos/{photo_id}")
    assert (answer.status_code, answer.data) == (200, b"picture")
