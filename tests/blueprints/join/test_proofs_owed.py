"""Where a second proof is owed no more, or more is owed than before; what was typed goes along."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import staffing, totp
from models.assurance import Assurance
from models.credential import Credential, CredentialKind
from models.desk import Desk
from models.person import Person
from models.store import Store
from tests.conftest import SetClock
from tests.support.authenticator import Authenticator
from tests.support.invitations import PASSWORD, post
from tests.support.proofs import (
    ask,
    by_password,
    code_at,
    fields,
    give_app,
    give_passkey,
    give_password,
)
from tests.town import Cast, signed_in

UEDA = "ueda@misaki.example"
KEPT = {"goes_on": "1", "next": "/settings/name", "kept.name": "髙橋"}


@pytest.fixture
def secret(store: Store, cast: Cast) -> bytes:
    """上田's app, beside a password."""
    give_password(store, cast.ueda)
    return give_app(store, cast.ueda)


def come_in(client: FlaskClient, secret: bytes, clock: SetClock) -> TestResponse:
    by_password(client, UEDA)
    return post(client, "/signin/second", code=code_at(secret, clock.now))


def join_team(store: Store, cast: Cast, clock: SetClock) -> None:
    with store.write() as session:
        ueda, by = (session.get_one(Person, who) for who in (cast.ueda, cast.yamamoto))
        core = session.get_one(Desk, cast.core)
        staffing.put_at_desk(session, ueda, core, by, clock.now, sealed=True)


def kinds(store: Store, cast: Cast) -> set[CredentialKind]:
    with store.read() as session:
        own = Credential.person_id == cast.ueda, Credential.revoked_at.is_(None)
        return set(session.scalars(sa.select(Credential.kind).where(*own)))


def test_a_step_that_nobody_owes_leads_on_with_what_waited(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    asked = "/signin/second?next=/desk"
    assert client.get(asked).location == "/signin?next=/desk"
    over = post(client, "/signin/second", code="1", **KEPT)
    assert over.status_code == 401
    again = fields(over.text)
    assert (again["next"], again["goes_on"]) == ("/settings/name", "1")
    assert 'name="kept.name" type="text" value="髙橋"' in over.text
    signed_in(client, store, cast.okada)
    assert client.get(asked).location == "/desk"
    on = post(client, "/signin/second", code="1", **KEPT)
    assert 'action="/settings/name"' in on.text
    assert 'value="髙橋"' in on.text


@pytest.mark.parametrize("path", ["/signin/step-up", "/signins/app", "/signins/passkeys"])
def test_a_proof_whose_session_ended_leads_to_what_waited_for_it(
    client: FlaskClient, cast: Cast, path: str
) -> None:
    over = post(client, path, code="1", key="x", **KEPT)
    assert over.status_code == 401
    assert fields(over.text)["next"] == "/settings/name"
    assert 'name="kept.name" type="text" value="髙橋"' in over.text


def test_what_is_sent_while_the_second_proof_is_owed_waits_for_that_one(
    client: FlaskClient, secret: bytes
) -> None:
    by_password(client, UEDA)
    asked = post(client, "/settings/name", name="髙橋")
    assert asked.status_code == 401
    assert 'action="/signin/second"' in asked.text
    assert 'name="password"' not in asked.text
    assert 'name="kept.name" type="text" value="髙橋"' in asked.text


def test_what_waited_goes_through_the_making_of_an_app(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    give_password(store, cast.okada)
    held = post(client, "/signin", email="okada@misaki.example", password=PASSWORD, **KEPT)
    assert 'formaction="/signins/app"' in held.text
    page = post(client, "/signins/app", **KEPT)
    assert page.status_code == 200
    assert 'name="kept.name" type="text" value="髙橋"' in page.text
    key = fields(page.text)["key"]
    made = totp.open_new(store.keys, cast.okada, key)
    assert made is not None
    done = post(client, "/signins/app", key=key, code=code_at(made, clock.now), **KEPT)
    assert 'action="/settings/name"' in done.text
    assert 'value="髙橋"' in done.text


def test_at_a_screen_that_stood_open_nobody_makes_a_passkey_for_the_sealed_team(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, secret: bytes
) -> None:
    come_in(client, secret, clock)
    clock.forward(minutes=20)
    join_team(store, cast, clock)
    page = client.get("/signin/second")
    assert "/signins/passkeys" not in page.text
    assert 'name="password"' in page.text
    for path in ("/signins/passkeys", "/signins/passkeys/challenges"):
        assert post(client, path, answer="{}").status_code == 401
    come_in(client, secret, clock)
    options = ask(client, "/signins/passkeys/challenges")
    post(client, "/signins/passkeys", answer=Authenticator().create(options))
    assert kinds(store, cast) == {CredentialKind.PASSKEY}


def test_who_has_a_passkey_comes_into_the_sealed_team_by_that_alone(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, secret: bytes
) -> None:
    device = give_passkey(store, cast.ueda)
    join_team(store, cast, clock)
    assert kinds(store, cast) == {CredentialKind.PASSKEY}
    options = ask(client, "/signin/passkey/challenges")
    assert post(client, "/signin/passkey", answer=device.get(options)).status_code == 303


def test_the_sealed_team_proves_itself_anew_by_no_code(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, secret: bytes
) -> None:
    """An app that stayed from before: the rule asks who it is, not what there is."""
    signed_in(client, store, cast.ueda)
    give_passkey(store, cast.ueda)
    with store.write() as session:
        session.get_one(Person, cast.ueda).memberships[0].in_sealed_team = True
    clock.forward(minutes=6)
    page = client.get("/signins/passkeys/new").text
    assert 'name="code"' not in page
    assert re.search('data-ask="/signin/step-up/challenges"', page)
    code = code_at(secret, clock.now)
    assert post(client, "/signin/step-up", code=code).status_code == 422


def test_an_invitation_is_not_completed_by_a_code(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock, secret: bytes
) -> None:
    signed_in(client, store, cast.ueda, clock.now, Assurance.INVITED)
    assert post(client, "/signin/second", code=code_at(secret, clock.now)).status_code == 422
