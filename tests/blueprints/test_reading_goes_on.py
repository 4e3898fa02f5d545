"""While a writer is stuck, what is there can be read: only what was read is not remembered."""

from __future__ import annotations

import time

import pytest
from flask.testing import FlaskClient

from models import store as store_module
from models.handoff import Handoff
from models.person import Person
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
def handoff(store: Store, cast: Cast) -> Handoff:
    """A note of suzuki that the north desk answered."""
    with store.write() as session:
        handoff = town.note(session, town.MORNING, by=cast.suzuki, area=cast.kitamachi)
        okada = session.get_one(Person, cast.okada)
        handoff.acknowledge(okada, Said("check"), town.MORNING)
        assert handoff.thread.observation.client_id
        return handoff


def test_a_used_session_is_remembered_only_where_nobody_waits(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    town.signed_in(client, store, cast.suzuki)
    clock.forward(minutes=5)
    began = time.monotonic()
    with store.write():
        answer = client.get("/notes")
    assert answer.status_code == 200
    assert time.monotonic() - began < store_module.WRITE_WAIT_SECONDS / 2


def test_the_desk_reads_a_note_while_a_writer_is_stuck(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    handoff: Handoff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with store.write() as session:
        session.get_one(Handoff, handoff.id).answered_at = town.MORNING
    town.signed_in(client, store, cast.okada)
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    with store.write():
        answer = client.get(f"/desk/handoffs/{handoff.id}")
    assert answer.status_code == 200
    assert "向かいのおばあさん" in answer.text


def test_a_program_reads_its_answer_while_a_writer_is_stuck(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    handoff: Handoff,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    town.signed_in(client, store, cast.suzuki)
    note_id = handoff.thread.observation.client_id
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    with store.write():
        answer = client.get(f"/api/v1/observations/{note_id}")
    assert answer.status_code == 200
    assert client.get("/api/v1/observations").json["observations"][0]["unread"] == 1
