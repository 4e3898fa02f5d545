"""入り方と端末: what one sees of one's own proofs and sessions, and can end."""

from __future__ import annotations

import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.credential import Credential, SignIn
from models.passkey import Passkey
from models.store import Store
from tests.conftest import SetClock
from tests.support.authenticator import Authenticator
from tests.support.invitations import post
from tests.support.proofs import ask, give_app, give_passkey, give_password
from tests.town import MORNING, Cast, signed_in


def ids(store: Store, cast: Cast) -> list[uuid.UUID]:
    with store.read() as session:
        return [one.credential_id for one in Passkey.of(session, cast.okada)]


@pytest.fixture
def okada(client: FlaskClient, store: Store, cast: Cast) -> FlaskClient:
    return signed_in(client, store, cast.okada)


def test_a_second_passkey_stands_beside_the_first(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    first = give_passkey(store, cast.okada)
    assert "別の端末か、セキュリティキー" in okada.get("/signins").text
    options = ask(okada, "/signins/passkeys/challenges")
    assert [one["type"] for one in options["excludeCredentials"]] == ["public-key"]  # type: ignore[attr-defined]
    assert "岡田" not in str(options["user"]["id"])  # type: ignore[index]
    done = post(okada, "/signins/passkeys", answer=Authenticator().create(options))
    assert done.location == "/signins?done=passkey"
    assert "別の端末か、セキュリティキー" not in okada.get(done.location).text
    options = ask(okada, "/signins/passkeys/challenges")
    assert post(okada, "/signins/passkeys", answer=first.create(options)).status_code == 422
    assert len(ids(store, cast)) == 2


def test_ending_a_passkey_ends_every_other_session(
    app: Flask, okada: FlaskClient, store: Store, cast: Cast
) -> None:
    elsewhere = signed_in(app.test_client(), store, cast.okada)
    give_passkey(store, cast.okada)
    give_passkey(store, cast.okada)
    lost, kept = ids(store, cast)
    assert elsewhere.get("/desk").status_code == 200
    assert post(okada, f"/signins/credentials/{lost}/ending").location == "/signins?done=ended"
    assert okada.get("/desk").status_code == 200
    assert elsewhere.get("/desk").status_code == 303
    refused = post(okada, f"/signins/credentials/{kept}/ending")
    assert refused.status_code == 422
    assert "最後の入り方" in refused.text
    assert ids(store, cast) == [kept]


def test_beside_password_and_app_the_last_passkey_may_go(
    okada: FlaskClient, store: Store, cast: Cast
) -> None:
    give_passkey(store, cast.okada)
    [only] = ids(store, cast)
    give_password(store, cast.okada)
    assert post(okada, f"/signins/credentials/{only}/ending").status_code == 422
    give_app(store, cast.okada)
    assert post(okada, f"/signins/credentials/{only}/ending").status_code == 303
    assert ids(store, cast) == []


def test_nobody_ends_anything_of_somebody_else(
    app: Flask, okada: FlaskClient, store: Store, cast: Cast
) -> None:
    give_passkey(store, cast.kato)
    signed_in(app.test_client(), store, cast.kato)
    with store.read() as session:
        theirs = session.scalars(
            sa.select(Credential.id).where(Credential.person_id == cast.kato)
        ).one()
        there = session.scalars(sa.select(SignIn.id).where(SignIn.person_id == cast.kato)).one()
    for path in (f"credentials/{theirs}", f"sessions/{there}", f"sessions/{uuid.uuid4()}"):
        assert post(okada, f"/signins/{path}/ending").status_code == 404
    post(okada, "/signins/sessions/ending")
    with store.read() as session:
        assert session.get_one(SignIn, there).revoked_at is None


def test_sessions_are_listed_and_end_at_once(
    app: Flask, okada: FlaskClient, store: Store, cast: Cast
) -> None:
    elsewhere = signed_in(app.test_client(), store, cast.okada)
    page = okada.get("/signins").text
    assert page.count("/signins/sessions/") == 2
    assert page.count("いま使っている画面") == 1
    assert post(okada, "/signins/sessions/ending").status_code == 303
    assert elsewhere.get("/desk").status_code == 303
    assert okada.get("/desk").status_code == 200


def test_of_a_fourth_session_the_one_used_longest_ago_ends(
    app: Flask, store: Store, cast: Cast, clock: SetClock
) -> None:
    clients = []
    for _ in range(4):
        clients.append(signed_in(app.test_client(), store, cast.okada, clock.now))
        clock.forward(minutes=1)
    assert [client.get("/desk").status_code for client in clients] == [303, 200, 200, 200]
    with store.read() as session:
        ended = sa.select(SignIn).where(SignIn.revoked_at.is_not(None))
        assert [row.made_at for row in session.scalars(ended)] == [MORNING]


def test_phone_people_have_their_own_page(client: FlaskClient, store: Store, cast: Cast) -> None:
    signed_in(client, store, cast.suzuki)
    assert client.get("/signins").status_code == 404
    assert "/signins" not in client.get("/settings").text
