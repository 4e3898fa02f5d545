"""A phone with digits, its person's note with an answer, and no waiting after wrong tries."""

from __future__ import annotations

import uuid

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints.join import patience
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.unlocking import choose, without_digits
from tests.town import Cast

WORDS = town.fields()["words"]
ANSWER = "様子を見に行きました。"


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many wrong tries each answer was held back for, instead of the waiting."""
    held: list[int] = []
    monkeypatch.setattr(patience, "hold_back", lambda tries, _of: held.append(tries))
    return held


@pytest.fixture
def suzuki(app: Flask, store: Store, cast: Cast, clock: SetClock) -> FlaskClient:
    """A phone with digits, just opened by them."""
    clock.now = town.MORNING
    client = town.signed_in(app.test_client(), store, cast.suzuki)
    assert choose(without_digits(client, store)).status_code == 303
    return client


@pytest.fixture
def thread_id(store: Store, cast: Cast) -> uuid.UUID:
    with store.write() as session:
        handoff = town.note(session, town.MORNING, by=cast.suzuki, area=cast.kitamachi)
        okada = session.get_one(Person, cast.okada)
        handoff.acknowledge(okada, Said(words=ANSWER), town.MORNING)
        return handoff.thread_id
