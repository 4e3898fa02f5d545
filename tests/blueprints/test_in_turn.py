"""Who waited crosswise on PostgreSQL is not told of it: the database ends one, and it is redone."""

from __future__ import annotations

import threading
import uuid
from typing import Any

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from app import create_app
from blueprints import access
from models import telling
from models.errors import NotAllowed
from models.handoff import Handoff, State
from models.keys import KeyRing
from models.person import Person
from models.reply import Said
from models.settings import Settings
from models.store import Store
from tests import town
from tests.support.at_once import meeting
from tests.town import MORNING, Cast


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def served(shared: Store, settings: Settings, keys: KeyRing, clock: Any) -> Flask:
    app = create_app(settings, store=shared, keys=keys, clock=clock, strict_words=True)
    app.config["TESTING"] = True
    return app


@pytest.fixture
def notes(shared: Store, cast: Cast) -> list[uuid.UUID]:
    """Two notes at the north desk, in the order of their ids."""
    with shared.write() as session:
        calm: dict[str, Any] = {"urgency": "memo", "signs": ["garden"]}
        made = [
            town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **calm) for _ in "ab"
        ]
        return sorted(one.id for one in made)


def test_of_two_that_waited_crosswise_both_are_done(served: Flask, notes: list[uuid.UUID]) -> None:
    both_hold_one, done = threading.Barrier(2), []

    def cross(order: list[uuid.UUID]) -> None:
        tries = []

        def take(session: Session) -> None:
            session.get_one(Handoff, order[0]).lock()
            tries.append(order)
            if len(tries) == 1:
                both_hold_one.wait()
            session.get_one(Handoff, order[1]).lock()

        with served.app_context():
            access.in_turn(take)
        done.append(order)

    other = threading.Thread(target=cross, args=(notes[::-1],))
    other.start()
    cross(notes)
    other.join()
    assert len(done) == 2


def test_several_acknowledgements_cross_no_colleagues(
    served: Flask,
    shared: Store,
    cast: Cast,
    notes: list[uuid.UUID],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    okada = town.signed_in(served.test_client(), shared, cast.okada)
    monkeypatch.setattr(access, "TRIES", 1)

    def acknowledge(session: Session) -> None:
        kato = session.get_one(Person, cast.kato)
        session.get_one(Handoff, notes[1]).acknowledge(kato, Said("check"), MORNING)

    with meeting(shared, monkeypatch, (telling, "reply"), acknowledge) as refused:
        form = {"handoff": [str(one) for one in notes]}
        answer = okada.post("/desk/acknowledgements", data=form, headers=town.csrf(okada))
    assert "acknowledged=2&late=0" in answer.location
    assert [type(one) for one in refused] == [NotAllowed]
    with shared.read() as session:
        states = {session.get_one(Handoff, one).state for one in notes}
    assert states == {State.RECEIVED}
