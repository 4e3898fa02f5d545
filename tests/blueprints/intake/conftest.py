"""The town at the desk's door: okada of the north desk is signed in, notes are made at will."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.desk import Desk
from models.desk_template import DeskTemplate, Occasion
from models.handoff import Handoff
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session)


@pytest.fixture
def okada(client: FlaskClient, store: Store, cast: Cast) -> FlaskClient:
    return town.signed_in(client, store, cast.okada)


MEMO: dict[str, Any] = {"urgency": "memo", "signs": ["garden"]}
"""What may be acknowledged together with others."""


@dataclass
class Notes:
    """Makes notes of suzuki about 北町, and looks at what became of them."""

    store: Store
    cast: Cast

    def send(
        self, *, by: str | None = "suzuki", area: str = "kitamachi", **fields: Any
    ) -> uuid.UUID:
        """The id of the handoff of a new note."""
        with self.store.write() as session:
            writer = None if by is None else getattr(self.cast, by)
            place = getattr(self.cast, area)
            return town.note(session, MORNING, by=writer, area=place, **fields).id

    def acknowledged(self, by: str = "okada", **fields: Any) -> uuid.UUID:
        """The id of the handoff of a note that somebody acknowledged."""
        return self.change(
            self.send(**fields), lambda h, who: h.acknowledge(who, Said("check"), MORNING), by
        )

    def change(
        self, handoff_id: uuid.UUID, change: Callable[[Handoff, Person], object], by: str = "okada"
    ) -> uuid.UUID:
        """Do something to a handoff in a transaction of its own."""
        with self.store.write() as session:
            who = session.get_one(Person, getattr(self.cast, by))
            change(session.get_one(Handoff, handoff_id), who)
        return handoff_id

    def look(self, handoff_id: uuid.UUID) -> Looked:
        """What stands in the database now."""
        with self.store.read() as session:
            return _looked(session, handoff_id)


@dataclass
class Looked:
    """A handoff outside any session."""

    state: str
    opened: bool
    next_on: str
    outcome: str | None
    desk: uuid.UUID
    said: list[Said]
    inside: list[str]


def _looked(session: Session, handoff_id: uuid.UUID) -> Looked:
    handoff = session.get_one(Handoff, handoff_id)
    return Looked(
        state=handoff.state.value,
        opened=handoff.opened_at is not None,
        next_on=str(handoff.next_on or ""),
        outcome=handoff.outcome.value if handoff.outcome else None,
        desk=handoff.desk_id,
        said=[reply.said for reply in handoff.thread.replies],
        inside=[note.words for note in handoff.inside_notes],
    )


@pytest.fixture
def notes(store: Store, cast: Cast) -> Notes:
    return Notes(store, cast)


Post = Callable[..., TestResponse]


@pytest.fixture
def post(okada: FlaskClient) -> Post:
    """Post a form of a handoff as okada."""

    def post(handoff_id: uuid.UUID, noun: str, **form: Any) -> TestResponse:
        path = f"/desk/handoffs/{handoff_id}/{noun}"
        return okada.post(path, data=form, headers=town.csrf(okada))

    return post


def send_template(client: FlaskClient, path: str = "", **form: Any) -> TestResponse:
    """Post a form of the desk's own templates."""
    return client.post(f"/desk/templates{path}", data=form, headers=town.csrf(client))


@pytest.fixture
def make(store: Store, cast: Cast) -> Any:
    """Make a template of the north desk; gives the code under which it is chosen."""

    def make(occasion: Occasion = Occasion.REPLY, **texts: str) -> str:
        named = {"easy": "ja@easy"}
        with store.write() as session:
            north, by = session.get_one(Desk, cast.north_desk), session.get_one(Person, cast.okada)
            said = {named.get(one, one): words for one, words in texts.items()}
            return f"{DeskTemplate.make(session, north, occasion, said, by, MORNING).id}.1"

    return make
