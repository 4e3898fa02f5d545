"""Pictures that a revoked key signed: with their held note, or held once, and never a storm."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import staffing
from models.credential import Credential
from models.delivery import Delivery
from models.handoff import HeldReason
from models.observation import Observation
from models.person import Person
from models.photo import Photo, PhotoPart, PhotoState
from models.store import Store
from models.thread import Thread
from pwa.develop import develop_photos
from tests import town
from tests.conftest import SetClock
from tests.support import photos
from tests.support.envelope import sealed
from tests.support.phone import Phone
from tests.support.photos import parts_of
from tests.town import Cast, fields

Send = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture
def cast(store: Store) -> Cast:
    """Without noise: here rows are counted."""
    with store.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def phone(client: FlaskClient, store: Store, cast: Cast) -> Phone:
    return Phone().registered(town.signed_in(client, store, cast.suzuki))


@pytest.fixture
def send(client: FlaskClient, phone: Phone, key: dict[str, Any]) -> Send:
    def send(raw: dict[str, Any]) -> dict[str, Any]:
        answer = phone.send(client, sealed(key, raw))
        assert answer.status_code in (200, 201), answer.text
        told: dict[str, Any] = answer.get_json()
        assert (told["id"], told["state"]) == (raw["id"], "arrived")
        return told

    return send


@pytest.fixture
def revoke(store: Store, phone: Phone, clock: SetClock) -> Callable[[], None]:
    def revoke() -> None:
        now = clock.forward(hours=1)
        with store.write() as session:
            session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = now
        clock.forward(minutes=1)

    return revoke


def three_photos(note: str) -> list[dict[str, Any]]:
    data = [photos.jpeg(80 + n, 40) for n in range(3)]
    return [raw for one in data for raw in parts_of(one, note, size=300)]


def counted(store: Store, *kinds: type) -> list[int]:
    with store.read() as session:
        return [session.scalar(sa.select(sa.func.count()).select_from(k)) or 0 for k in kinds]


@pytest.mark.parametrize("is_early", [True, False])
def test_the_pictures_of_a_held_note_wait_for_it_and_stand_beside_it(
    store: Store,
    send: Send,
    clock: SetClock,
    revoke: Callable[[], None],
    is_early: bool,
) -> None:
    revoke()
    raw = fields()
    parts = three_photos(raw["id"])
    for one in parts[:4] if is_early else []:
        send(one)
    assert counted(store, Observation, Delivery) == [0, 0]
    send(raw)
    before = counted(store, Delivery)
    for one in parts:
        send(one)
    develop_photos(store, clock.now)
    assert counted(store, Observation, PhotoPart) == [1, 0]
    assert counted(store, Delivery) == before
    with store.read() as session:
        thread = town.thread_of(session, raw["id"])
        assert thread.handoff.held_reason is HeldReason.REVOKED_KEY
        found = session.scalars(sa.select(Photo)).all()
        assert {(p.thread_id, p.state) for p in found} == {(thread.id, PhotoState.WHOLE)}
        assert len(found) == 3


@pytest.mark.parametrize("how", ["ended", "suspended"])
def test_the_pictures_of_an_earlier_note_are_held_once_for_all(
    store: Store, cast: Cast, send: Send, clock: SetClock, revoke: Callable[[], None], how: str
) -> None:
    raw = fields()
    send(raw)
    if how == "ended":
        revoke()
    else:
        with store.write() as session:
            office = session.get_one(Person, cast.yamamoto)
            suzuki = session.get_one(Person, cast.suzuki)
            staffing.suspend(session, suzuki, office, clock.forward(hours=1))
    parts = three_photos(raw["id"])
    send(parts[0])
    before = counted(store, Delivery)
    for one in parts:
        send(one)
    develop_photos(store, clock.now)
    assert counted(store, Observation, PhotoPart, Photo) == [2, 0, 3]
    assert counted(store, Delivery) == before
    with store.read() as session:
        earlier = town.thread_of(session, raw["id"])
        held = session.scalars(sa.select(Thread).where(Thread.id != earlier.id)).one()
        assert held.handoff.held_reason is HeldReason.REVOKED_KEY
        assert held.handoff.desk_id == cast.core
        assert held.observation.body["follows"] == raw["id"]
        assert held.observation.raw is None
        assert set(session.scalars(sa.select(Photo.thread_id))) == {held.id}


def test_a_sealed_note_s_late_pictures_stay_sealed(
    store: Store, send: Send, revoke: Callable[[], None]
) -> None:
    raw = fields(not_nearby=True)
    send(raw)
    revoke()
    send(three_photos(raw["id"])[0])
    with store.read() as session:
        assert set(session.scalars(sa.select(Thread.is_sealed))) == {True}


def test_a_revoked_key_adds_nothing_to_another_s_note(
    store: Store, cast: Cast, send: Send, clock: SetClock, revoke: Callable[[], None]
) -> None:
    note = str(uuid.uuid4())
    with store.write() as session:
        town.note(session, clock.now, by=cast.tanaka, id=note)
    revoke()
    for one in three_photos(note):
        send(one)
    assert develop_photos(store, clock.now) == 0
    assert counted(store, Observation, Photo) == [1, 0]
