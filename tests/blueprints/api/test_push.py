"""Where pushes go, and what phones say of them."""

from __future__ import annotations

import base64
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import receipt_code
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.keys import KeyRing
from models.store import Store
from models.subscription import Subscription
from tests import town
from tests.blueprints.api.conftest import both
from tests.support.phone import Phone, base64url
from tests.town import Cast, fields

PATH = "/api/v1/push/subscriptions"
ENDPOINT = "https://fcm.googleapis.com/fcm/send/abc"


def browser(endpoint: str = ENDPOINT, **changed: Any) -> dict[str, Any]:
    keys = {"p256dh": Phone().point, "auth": base64url(b"0123456789abcdef")}
    return {"endpoint": endpoint, "expirationTime": None, "keys": keys} | changed


def stored(store: Store) -> list[tuple[uuid.UUID | None, uuid.UUID | None]]:
    with store.read() as session:
        rows = session.execute(sa.select(Subscription.person_id, Subscription.thread_id))
        return [(row.person_id, row.thread_id) for row in rows]


@pytest.fixture
def token(client: FlaskClient, store: Store, cast: Cast) -> dict[str, str]:
    """鈴木 is signed in."""
    return town.csrf(town.signed_in(client, store, cast.suzuki))


@both
def test_a_phone_is_stored_once_and_forgotten(
    client: FlaskClient, store: Store, cast: Cast, token: dict[str, str]
) -> None:
    for _ in range(2):
        assert client.post(PATH, json=browser(), headers=token).status_code == 201
    assert stored(store) == [(cast.suzuki, None)]
    gone = {"endpoint": ENDPOINT}
    assert client.delete(PATH, json=gone).status_code == 403
    for _ in range(2):
        assert client.delete(PATH, json=gone, headers=token).status_code == 204
    assert stored(store) == []


@both
def test_a_receipt_code_stands_for_a_session(client: FlaskClient, store: Store, cast: Cast) -> None:
    code = receipt_code.generate()
    raw = fields(receipt=code)
    client.post("/api/v1/observations", json=raw)
    assert client.post(PATH, json=browser()).status_code == 401
    assert client.post(PATH, json=browser(code=code)).status_code == 201
    with store.read() as session:
        thread_id = town.thread_of(session, raw["id"]).id
    assert stored(store) == [(None, thread_id)]
    tried = client.post("/api/v1/push/test", json={"endpoint": ENDPOINT, "code": code})
    assert tried.status_code == 202


def test_a_second_note_without_an_account_leaves_the_first_ones_notices(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    codes = [receipt_code.generate() for _ in range(2)]
    for code in codes:
        client.post("/api/v1/observations", json=fields(receipt=code))
        assert client.post(PATH, json=browser(code=code)).status_code == 201
    assert len({thread_id for _, thread_id in stored(store)}) == 2
    for code in codes:
        tried = client.post("/api/v1/push/test", json={"endpoint": ENDPOINT, "code": code})
        assert tried.status_code == 202
    client.delete(PATH, json={"endpoint": ENDPOINT, "code": codes[0]})
    assert len(stored(store)) == 1


@both
def test_a_phone_that_changes_hands_moves(
    client: FlaskClient, store: Store, cast: Cast, token: dict[str, str]
) -> None:
    client.post(PATH, json=browser(), headers=token)
    town.signed_in(client, store, cast.okada)
    other = town.csrf(client)
    assert client.delete(PATH, json={"endpoint": ENDPOINT}, headers=other).status_code == 204
    assert stored(store) == [(cast.suzuki, None)]
    client.post(PATH, json=browser(), headers=other)
    assert stored(store) == [(cast.okada, None)]


def test_a_key_that_the_town_keeps_no_more_asks_for_a_new_subscription(
    client: FlaskClient, store: Store, token: dict[str, str]
) -> None:
    told = browser(key=KeyRing.ephemeral().vapid_public)
    answer = client.post(PATH, json=told, headers=token)
    assert (answer.status_code, answer.get_json()["type"]) == (
        422,
        "urn:kizuki:problem:push.problem.key",
    )
    assert stored(store) == []
    told["key"] = store.keys.vapid_public
    assert client.post(PATH, json=told, headers=token).status_code == 201


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [
        ({"endpoint": "http://127.0.0.1:22/"}, "/endpoint"),
        ({"endpoint": "https://fcm.googleapis.com.evil.example/x"}, "/endpoint"),
        ({"endpoint": "https://fcm.googleapis.com@evil.example/x"}, "/endpoint"),
        ({"endpoint": ENDPOINT + "a" * 3000}, "/endpoint"),
        ({"endpoint": [ENDPOINT]}, "/endpoint"),
        ({"endpoint": None}, "/endpoint"),
        ({"keys": None}, "/keys"),
        ({"keys": "x"}, "/keys"),
        ({"keys": {"p256dh": "AAAA", "auth": base64url(b"0" * 16)}}, "/keys/p256dh"),
        ({"keys": {"p256dh": "BA" + "A" * 85, "auth": base64url(b"0" * 16)}}, "/keys/p256dh"),
        ({"keys": {"p256dh": Phone().point, "auth": "AAAA"}}, "/keys/auth"),
        ({"keys": {"p256dh": Phone().point}}, "/keys/auth"),
        ({"key": "気" * 87}, "/key"),
        ({"key": ["A"]}, "/key"),
    ],
)
def test_what_is_no_push_address_is_pointed_to(
    client: FlaskClient, store: Store, token: dict[str, str], changed: Any, pointer: str
) -> None:
    answer = client.post(PATH, json=browser(**changed), headers=token)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer
    assert stored(store) == []


def test_a_trial_goes_to_this_phone_only(
    client: FlaskClient, store: Store, cast: Cast, token: dict[str, str]
) -> None:
    client.post(PATH, json=browser(), headers=token)
    client.post(PATH, json=browser(ENDPOINT + "2"), headers=token)
    answer = client.post("/api/v1/push/test", json={"endpoint": ENDPOINT}, headers=token)
    assert answer.status_code == 202
    with store.read() as session:
        delivery = session.get_one(Delivery, uuid.UUID(answer.get_json()["id"]))
        phone = session.get_one(Subscription, delivery.subscription_id)
        assert (delivery.kind, phone.address.endpoint) == (DeliveryKind.TEST, ENDPOINT)
        assert not delivery.high
    town.signed_in(client, store, cast.okada)
    foreign = client.post(
        "/api/v1/push/test", json={"endpoint": ENDPOINT}, headers=town.csrf(client)
    )
    assert foreign.status_code == 422


@both
def test_a_sighting_needs_the_messages_own_code(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    with store.read() as session:
        delivery = session.scalars(sa.select(Delivery)).first()
        assert delivery is not None
        own = store.keys.message_code("sighting", str(delivery.id))
        path = f"/api/v1/deliveries/{delivery.id}/sightings"
    elsewhere = f"/api/v1/deliveries/{uuid.uuid4()}/sightings"

    def see(kind: object, code: object = own, at: str = path) -> int:
        return client.post(at, json={"kind": kind, "code": code}).status_code

    assert [see("shown", "A" * 32), see("shown", own, elsewhere)] == [404, 404]
    assert [see("read"), see(["shown"]), see("shown", 5), see("shown", "気")] == [
        422,
        422,
        422,
        404,
    ]
    assert [see("shown"), see("shown"), see("opened"), see("shown")] == [204] * 4
    with store.read() as session:
        seen = session.get_one(Delivery, delivery.id)
        assert (seen.state, seen.shown_at, seen.opened_at) == (
            DeliveryState.OPENED,
            town.MORNING,
            town.MORNING,
        )


def test_the_key_is_a_point_of_the_curve(client: FlaskClient, cast: Cast) -> None:
    key = client.get("/api/v1/key").get_json()
    assert len(base64.b64decode(key["point"])) == 65
    assert key["info"] == "kizuki/observation/v1"
    assert len(key["vapid"]) == 87
