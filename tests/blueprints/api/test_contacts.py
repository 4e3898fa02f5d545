"""POST /api/v1/devices/<id>/contacts: who may say it, what is answered, when a phone is emptied."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.credential import Credential, SignIn
from models.person import Person, PersonState
from models.phone import Phone as Register
from models.store import Store
from models.town_time import hour_of
from tests import town
from tests.blueprints.api.conftest import also, both
from tests.support.envelope import sealed
from tests.support.phone import Phone
from tests.town import MORNING, Cast, fields


@pytest.fixture
def phone(client: FlaskClient, store: Store, cast: Cast) -> Phone:
    """鈴木's phone, registered; the client is signed out again."""
    phone = Phone()
    town.signed_in(client, store, cast.suzuki)
    headers = town.csrf(client) | {"User-Agent": "Mozilla/5.0 (Linux; Android 15)"}
    answer = client.post("/api/v1/devices", json={"point": phone.point}, headers=headers)
    phone.device = answer.get_json()["id"]
    client.delete_cookie("kizuki")
    return phone


def contact(client: FlaskClient, phone: Phone, *, device: str = "", **said: Any) -> TestResponse:
    data = json.dumps(said).encode()
    return client.post(
        f"/api/v1/devices/{device or phone.device}/contacts",
        data=data,
        content_type="application/json",
        headers=phone.headers(data),
    )


def register(store: Store, phone: Phone) -> Register:
    with store.read() as session:
        return session.get_one(Register, uuid.UUID(phone.device))


@both
def test_a_contact_is_answered_with_what_never_came(
    client: FlaskClient, store: Store, phone: Phone, clock: Any
) -> None:
    now = clock.forward(hours=1)
    answer = contact(client, phone, sequence=3, waiting="2")
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"revoked": False, "missing": [1, 2, 3]},
    )
    found = register(store, phone)
    assert (found.sequence, found.waiting, found.heard_at) == (3, 2, hour_of(now))
    answer = contact(client, phone, sequence="3", waiting=0, deleted=["2", 3])
    assert answer.get_json() == {"revoked": False, "missing": [1]}


def test_a_phone_and_its_session_are_one(client: FlaskClient, store: Store, phone: Phone) -> None:
    assert register(store, phone).family == "Android"
    with store.read() as session:
        assert session.query(SignIn).one().device_id == uuid.UUID(phone.device)


def test_what_was_not_signed_by_this_phone_is_refused_alike(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone
) -> None:
    path, data = f"/api/v1/devices/{phone.device}/contacts", b'{"sequence": 9, "waiting": 9}'
    signed = phone.headers(data)["Kizuki-Signature"]
    answers = [
        client.post(path, data=data, content_type="application/json", headers=headers)
        for headers in (
            {},
            {"Kizuki-Signature": "A" * 86},
            {"Kizuki-Signature": "A" * 5000},
            {"Kizuki-Signature": "気づき".encode().decode("latin-1")},
            Phone().headers(data),
        )
    ]
    answers += [
        client.post(
            path,
            data=data.replace(b"9", b"8"),
            content_type="application/json",
            headers={"Kizuki-Signature": signed},
        ),
        contact(client, phone, device=str(uuid.uuid4()), sequence=9, waiting=9),
    ]
    assert {answer.status_code for answer in answers} == {403}
    assert len({answer.data for answer in answers}) == 1
    assert register(store, phone).sequence == 0


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({"waiting": 0}, "/sequence"),
        ({"sequence": 1}, "/waiting"),
        ({"sequence": -1, "waiting": 0}, "/sequence"),
        ({"sequence": 2**53, "waiting": 0}, "/sequence"),
        ({"sequence": 1.5, "waiting": 0}, "/sequence"),
        ({"sequence": True, "waiting": 0}, "/sequence"),
        ({"sequence": 1, "waiting": [0]}, "/waiting"),
        ({"sequence": 1, "waiting": 0, "deleted": 1}, "/deleted"),
        ({"sequence": 1, "waiting": 0, "deleted": ["x"]}, "/deleted"),
        ({"sequence": 1, "waiting": 0, "deleted": [1] * 1001}, "/deleted"),
    ],
)
def test_what_is_no_number_is_pointed_to(
    client: FlaskClient, phone: Phone, said: dict[str, Any], pointer: str
) -> None:
    answer = contact(client, phone, **said)
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == pointer


def test_the_list_of_what_is_missing_ends_somewhere(client: FlaskClient, phone: Phone) -> None:
    missing = contact(client, phone, sequence=2**53 - 1, waiting=0).get_json()["missing"]
    assert missing == list(range(1, 1001))


@also("how", ["ended", "suspended", "left"], "ended", "left")
def test_an_ended_phone_is_emptied_once_everything_came(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone, how: str
) -> None:
    with store.write() as session:
        if how == "ended":
            session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = MORNING
        else:
            session.get_one(Person, cast.suzuki).state = PersonState(how)
    answer = contact(client, phone, sequence=2, waiting=2)
    assert answer.get_json() == {"revoked": True, "missing": [1, 2]}
    with store.write() as session:
        for n in (1, 2):
            session.get_one(Register, uuid.UUID(phone.device)).take(n, 0, MORNING)
    # What waits without a number of this phone is somebody's note, too.
    assert contact(client, phone, sequence=2, waiting=1).status_code == 200
    answer = contact(client, phone, sequence=2, waiting=0)
    assert answer.status_code == 401
    assert answer.mimetype == "application/problem+json"
    assert "Clear-Site-Data" not in answer.headers


def test_a_contact_asks_for_no_session_and_counts_for_none(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone
) -> None:
    town.signed_in(client, store, cast.nakamura)
    assert contact(client, phone, sequence=1, waiting=0).status_code == 200
    assert register(store, phone).sequence == 1


@pytest.mark.parametrize("who", ["suzuki", "nakamura", None])
def test_an_ended_phone_is_told_so_whoever_is_signed_in_on_it(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone, who: str | None
) -> None:
    with store.write() as session:
        session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = MORNING
    if who is not None:
        town.signed_in(client, store, getattr(cast, who))
    answers = [contact(client, phone, sequence=n, waiting=n) for n in (1, 0)]
    assert answers[0].get_json() == {"revoked": True, "missing": [1]}
    with store.write() as session:
        session.get_one(Register, uuid.UUID(phone.device)).take(1, 0, MORNING)
    answer = contact(client, phone, sequence=1, waiting=0)
    assert answer.status_code == 401
    assert answer.get_json()["type"] == "urn:kizuki:problem:device.problem.revoked"
    assert "Set-Cookie" not in answer.headers


def test_other_sites_pages_make_no_contact(client: FlaskClient, phone: Phone) -> None:
    data = b'{"sequence": 1, "waiting": 0}'
    headers = phone.headers(data) | {"Origin": "https://evil.example"}
    path = f"/api/v1/devices/{phone.device}/contacts"
    answer = client.post(path, data=data, content_type="application/json", headers=headers)
    assert answer.status_code == 403


@both
def test_a_signed_envelope_is_heard_with_its_number_and_what_waits_behind_it(
    client: FlaskClient, store: Store, key: dict[str, Any], phone: Phone, clock: Any
) -> None:
    def send(waiting: str, **changed: Any) -> int:
        data = sealed(key, fields(**changed))
        return client.post(
            "/api/v1/observations",
            data=data,
            content_type="application/octet-stream",
            headers=phone.headers(data) | {"Kizuki-Waiting": waiting},
        ).status_code

    now, first = clock.forward(hours=1), str(uuid.uuid4())
    assert send("4", id=first, sequence="3") == 201
    found = register(store, phone)
    assert (found.sequence, found.missing, found.waiting) == (3, "1-2", 4)
    assert found.heard_at == hour_of(now)
    assert send("9", id=first, sequence="3") == 200
    assert send("3", kind="addition", note=first, words="追記", sequence="1") == 201
    assert send("多い", kind="another", sequence="2") == 201
    found = register(store, phone)
    assert (found.sequence, found.missing, found.waiting) == (3, "", 3)


def test_what_an_ended_phone_sends_is_heard_too(
    client: FlaskClient, store: Store, key: dict[str, Any], phone: Phone
) -> None:
    with store.write() as session:
        session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = MORNING
    data = sealed(key, fields(sequence="1"))
    headers = phone.headers(data) | {"Kizuki-Waiting": "0"}
    path, kind = "/api/v1/observations", "application/octet-stream"
    assert client.post(path, data=data, content_type=kind, headers=headers).status_code == 201
    answer = contact(client, phone, sequence=1, waiting=0)
    assert answer.status_code == 401
