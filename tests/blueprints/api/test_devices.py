"""POST /api/v1/devices in each new session: the phone's key and the session are one."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import lost_phone
from models.credential import Credential, SignIn
from models.invitation import Secrets
from models.own_phone import invite_own_phone
from models.person import Person
from models.store import Store
from models.way_back import invite_again
from tests import town
from tests.support import invitations
from tests.support.notes import post
from tests.support.phone import Phone
from tests.town import MORNING, Cast

REVOKED = "urn:kizuki:problem:device.problem.revoked"


def register(client: FlaskClient, phone: Phone) -> TestResponse:
    return client.post("/api/v1/devices", json={"point": phone.point}, headers=town.csrf(client))


def named(phone: Phone) -> dict[str, str]:
    return {"id": phone.device, "point": phone.point}


def links(store: Store) -> list[uuid.UUID | None]:
    """The key of each living session, in the order in which they began."""
    with store.read() as session:
        living = sa.select(SignIn).where(SignIn.revoked_at.is_(None)).order_by(SignIn.made_at)
        return [row.device_id for row in session.scalars(living)]


def test_a_live_key_again_makes_the_new_session_its_phone_s(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    phone = Phone().registered(town.signed_in(client, store, cast.suzuki))
    town.signed_in(client, store, cast.suzuki)
    assert None in links(store)
    for _ in range(2):
        answer = register(client, phone)
        assert (answer.status_code, answer.get_json()) == (201, named(phone))
    assert links(store) == [uuid.UUID(phone.device)] * 2


def test_ending_a_phone_ends_what_its_app_code_let_in(
    app: Flask, client: FlaskClient, store: Store, cast: Cast
) -> None:
    phone = Phone()
    page = town.signed_in(client, store, cast.suzuki)
    phone.registered(page)
    page = town.signed_in(client, store, cast.suzuki)
    told, code_hash = Secrets.draw(store.keys)
    with store.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        invite_own_phone(session, told, code_hash, person=suzuki, now=MORNING)
    installed = app.test_client()
    assert invitations.post(installed, "/join", token=told.code).status_code == 303
    assert register(installed, phone).get_json() == named(phone)
    assert post(page, f"/settings/phones/{phone.device}/ending").status_code == 303
    assert installed.get("/notes").location == "/signin?next=/notes"


@pytest.mark.parametrize("how", ["a way back", "ended"])
def test_a_revoked_key_is_told_apart_and_a_new_pair_is_taken(
    client: FlaskClient, store: Store, cast: Cast, how: str
) -> None:
    phone = Phone().registered(town.signed_in(client, store, cast.suzuki))
    told, code_hash = Secrets.draw(store.keys)
    with store.write() as session:
        suzuki = session.get_one(Person, cast.suzuki)
        if how == "ended":
            lost_phone.end(session, suzuki, uuid.UUID(phone.device), by=suzuki, now=MORNING)
        else:
            by = session.get_one(Person, cast.yamamoto)
            invite_again(session, told, code_hash, person=suzuki, by=by, now=MORNING)
    if how == "ended":
        town.signed_in(client, store, cast.suzuki)
    else:
        assert (
            invitations.post(client, "/join", token=told.token, digits=told.digits).status_code
            == 303
        )
    answer = register(client, phone)
    assert (answer.status_code, answer.mimetype) == (422, "application/problem+json")
    assert answer.get_json()["type"] == REVOKED
    assert answer.get_json()["errors"][0]["pointer"] == "/point"
    assert links(store) == [None]
    answer = register(client, Phone())
    assert answer.status_code == 201
    assert links(store) == [uuid.UUID(answer.get_json()["id"])]
    with store.read() as session:
        assert session.get_one(Credential, uuid.UUID(phone.device)).revoked_at is not None


def test_a_page_names_no_key_that_was_shut_off(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    page = town.signed_in(client, store, cast.suzuki)
    key = register(page, Phone()).get_json()["id"]
    assert f'data-phone="{key}"' in page.get("/settings").text
    with store.write() as session:
        session.get_one(Credential, uuid.UUID(key)).revoked_at = MORNING
    told = page.get("/settings").text
    assert 'data-phone=""' in told
    assert 'data-bar="lost"' not in told
