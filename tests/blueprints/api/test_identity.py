"""Who a note comes from: a phone's signature, a session with its header, or nobody."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from models import staffing
from models.credential import Credential, CredentialKind, SignIn
from models.handoff import HeldReason, State
from models.observation import Observation
from models.person import Person
from models.store import Store
from tests import town
from tests.blueprints.api.conftest import also, both
from tests.support.phone import Phone
from tests.town import Cast, fields

PATH = "/api/v1/observations"


def writer(store: Store, note_id: str) -> uuid.UUID | None:
    with store.read() as session:
        return town.thread_of(session, note_id).reporter.person_id


def send(client: FlaskClient, raw: dict[str, Any], **kwargs: Any) -> int:
    data = json.dumps(raw).encode()
    return client.post(PATH, data=data, content_type="application/json", **kwargs).status_code


def signed(phone: Phone, raw: dict[str, Any]) -> dict[str, str]:
    return phone.headers(json.dumps(raw).encode())


@both
def test_a_signed_note_is_its_phones_persons(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone
) -> None:
    raw = fields()
    assert send(client, raw, headers=signed(phone, raw)) == 201
    assert writer(store, raw["id"]) == cast.suzuki


def test_a_signature_counts_more_than_who_signed_in_since(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone
) -> None:
    raw, tampered = fields(), fields()
    town.signed_in(client, store, cast.nakamura)
    token = town.csrf(client)
    assert send(client, raw, headers=signed(phone, raw) | token) == 201
    assert send(client, tampered, headers=signed(phone, raw) | token) == 201
    assert writer(store, raw["id"]) == cast.suzuki
    assert writer(store, tampered["id"]) is None


@pytest.mark.parametrize(
    "spoiled",
    [
        {"Kizuki-Signature": "A" * 86},
        {"Kizuki-Signature": ""},
        {"Kizuki-Signature": "気づき".encode().decode("latin-1")},
        {"Kizuki-Signature": "A" * 5000},
        {"Kizuki-Device": "no-id"},
        {"Kizuki-Device": str(uuid.uuid4())},
    ],
)
def test_a_wrong_signature_makes_a_note_anonymous_and_never_refuses_it(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone, spoiled: dict[str, str]
) -> None:
    raw = fields()
    assert send(client, raw, headers=signed(phone, raw) | spoiled) == 201
    assert writer(store, raw["id"]) is None


@pytest.mark.parametrize("how", ["suspended", "another kind"])
def test_a_phone_that_lost_its_right_sends_as_nobody(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone, how: str
) -> None:
    with store.write() as session:
        device = session.get_one(Credential, uuid.UUID(phone.device))
        if how == "suspended":
            session.get_one(Person, cast.suzuki).state = "suspended"  # type: ignore[assignment]
        else:
            device.kind = "password"  # type: ignore[assignment]
    raw = fields()
    assert send(client, raw, headers=signed(phone, raw)) == 201
    assert writer(store, raw["id"]) is None


@also("how", ["revoked", "suspended"], "revoked")
def test_what_a_revoked_key_signs_is_taken_under_its_author_and_held(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone, how: str
) -> None:
    with store.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        if how == "suspended":
            staffing.suspend(session, suzuki, session.get_one(Person, cast.yamamoto), town.MORNING)
        else:
            session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = town.MORNING
    raw, forged = fields(), fields()
    assert send(client, raw, headers=signed(phone, raw)) == 201
    assert send(client, forged, headers=signed(phone, raw)) == 201
    assert writer(store, raw["id"]) == (None if how == "suspended" else cast.suzuki)
    with store.read() as session:
        held = town.thread_of(session, raw["id"]).handoff
        assert (held.state, held.held_reason) == (State.HELD, HeldReason.REVOKED_KEY)
        assert held.desk_id == cast.core
        assert town.thread_of(session, forged["id"]).handoff.state is State.SENT


def test_a_note_under_the_name_of_its_persons_next_key_is_that_of_the_key_that_signed_it(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone
) -> None:
    with store.write() as session:
        session.get_one(Credential, uuid.UUID(phone.device)).revoked_at = town.MORNING
    following = Phone().registered(town.signed_in(client, store, cast.suzuki))
    raw = fields()
    headers = signed(phone, raw) | {"Kizuki-Device": following.device}
    assert send(client, raw, headers=headers) == 201
    assert writer(store, raw["id"]) == cast.suzuki
    with store.read() as session:
        assert town.thread_of(session, raw["id"]).handoff.held_reason is HeldReason.REVOKED_KEY
    body = b"{}"
    told = client.post(
        f"/api/v1/devices/{following.device}/contacts",
        data=body,
        content_type="application/json",
        headers=phone.headers(body),
    )
    assert told.status_code == 403


def test_a_session_with_its_header_identifies_and_without_it_does_not(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    town.signed_in(client, store, cast.sato)
    with_header, without = fields(), fields()
    assert send(client, with_header, headers=town.csrf(client)) == 201
    assert send(client, without) == 201
    assert writer(store, with_header["id"]) == cast.sato
    assert writer(store, without["id"]) is None


@also("how", ["over", "another's", "a token that is none"], "over")
def test_a_session_that_is_over_takes_no_note_for_nobodys_and_the_phone_sends_it_once_more(
    client: FlaskClient, store: Store, cast: Cast, how: str
) -> None:
    town.signed_in(client, store, cast.okada)
    stale = {"X-CSRFToken": "x"} if how == "a token that is none" else town.csrf(client)
    if how == "over":
        with store.write() as session:
            session.execute(sa.update(SignIn).values(revoked_at=town.MORNING))
    elif how == "another's":
        with client.session_transaction() as cookie:
            cookie.clear()
        town.signed_in(client, store, cast.sato)
    raw = fields()
    data = json.dumps(raw).encode()
    refused = client.post(PATH, data=data, content_type="application/json", headers=stale)
    assert (refused.status_code, refused.mimetype) == (401, "application/problem+json")
    assert refused.headers["Kizuki-Epoch"]
    with store.read() as session:
        named = sa.select(Observation).where(Observation.client_id == uuid.UUID(raw["id"]))
        assert session.scalars(named).all() == []
    town.signed_in(client, store, cast.okada)
    assert send(client, raw, headers=town.csrf(client)) == 201
    assert writer(store, raw["id"]) == cast.okada


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 201),
        ({"Origin": "http://localhost:8000"}, 201),
        ({"Origin": "http://localhost"}, 201),
        ({"Sec-Fetch-Site": "same-origin"}, 201),
        ({"Sec-Fetch-Site": "none"}, 201),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "http://localhost:8000.evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Sec-Fetch-Site": "cross-site"}, 403),
        ({"Sec-Fetch-Site": "same-site"}, 403),
    ],
)
def test_other_sites_pages_send_nothing(
    client: FlaskClient, cast: Cast, headers: dict[str, str], status: int
) -> None:
    assert send(client, fields(), headers=headers) == status


def test_a_key_is_registered_by_a_phone_with_its_header_only(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    def register(**kwargs: Any) -> int:
        return client.post("/api/v1/devices", json={"point": Phone().point}, **kwargs).status_code

    assert register() == 401
    town.signed_in(client, store, cast.suzuki)
    assert register() == 403
    assert register(headers=town.csrf(client)) == 201
    town.signed_in(client, store, cast.okada)
    assert register(headers=town.csrf(client)) == 422


@pytest.mark.parametrize("point", ["", "A", "B" * 87, "BA" + "A" * 85, 5, None])
def test_what_is_no_point_is_no_key(
    client: FlaskClient, store: Store, cast: Cast, point: object
) -> None:
    town.signed_in(client, store, cast.suzuki)
    answer = client.post("/api/v1/devices", json={"point": point}, headers=town.csrf(client))
    assert answer.status_code == 422
    assert answer.get_json()["errors"][0]["pointer"] == "/point"


@both
def test_the_same_key_keeps_its_id_and_beyond_ten_the_longest_silent_goes(
    client: FlaskClient, store: Store, cast: Cast, phone: Phone, clock: Any
) -> None:
    def registered(key: Phone) -> str:
        answer = client.post("/api/v1/devices", json={"point": key.point}, headers=token)
        return str(answer.get_json()["id"])

    town.signed_in(client, store, cast.suzuki)
    token = town.csrf(client)
    assert registered(phone) == phone.device
    ids = []
    for _ in range(10):
        clock.forward(minutes=1)
        ids.append(registered(Phone()))
    ended = sa.select(Credential.id).where(Credential.revoked_at.is_not(None))
    with store.read() as session:
        # The first is the one that is signed in.
        assert [str(one) for one in session.scalars(ended)] == ids[:1]
        live = sa.select(sa.func.count()).where(
            Credential.revoked_at.is_(None), Credential.kind == CredentialKind.DEVICE_KEY
        )
        assert session.scalar(live) == 10
