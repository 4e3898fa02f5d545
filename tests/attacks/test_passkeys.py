"""Passkeys under attack: what a wrong answer, a stolen one or a copied key gets."""

from __future__ import annotations

import json
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from blueprints.join import proving
from models.assurance import Assurance
from models.audit import AuditLine
from models.credential import Credential, SignIn, end_access
from models.passkey import Passkey
from models.person import Person, PersonState
from models.store import Store
from tests import town
from tests.conftest import SetClock
from tests.support.authenticator import Authenticator
from tests.support.invitations import post
from tests.support.proofs import ask, by_passkey, give_passkey, give_password
from tests.town import MORNING, Cast, signed_in

GONE = "このパスキーは、もう使えません。"
AGAIN = "たしかめられませんでした。"
ADDED = "/signins/passkeys"


@pytest.fixture
def cast(store: Store, clock: SetClock) -> Cast:
    clock.now = MORNING
    with store.write() as session:
        return town.build(session, noise=False)


BENT = {
    "another origin": {"origin": "https://kizuki.example.com"},
    "another port": {"origin": "http://localhost:8001"},
    "another site": {"host": "localhost.evil.example"},
    "nobody checked": {"checked": False},
    "a frame of another site": {"cross": True},
    "a challenge of its own": {"challenge": "A" * 43},
}


@pytest.mark.parametrize("how", BENT)
def test_a_bent_answer_lets_nobody_in(
    client: FlaskClient, store: Store, cast: Cast, how: str
) -> None:
    device = give_passkey(store, cast.okada)
    refused = by_passkey(client, device, **BENT[how])
    assert refused.status_code == 422
    assert AGAIN in refused.text
    assert client.get("/desk").status_code == 303
    assert by_passkey(client, device).status_code == 303


@pytest.mark.parametrize("how", BENT)
def test_a_bent_answer_makes_no_passkey(
    client: FlaskClient, store: Store, cast: Cast, how: str
) -> None:
    signed_in(client, store, cast.okada)
    options = ask(client, f"{ADDED}/challenges")
    answer = Authenticator().create(options, **BENT[how])
    assert post(client, ADDED, answer=answer).status_code == 422
    with store.read() as session:
        assert session.scalars(sa.select(Passkey)).all() == []


def test_an_answer_serves_once_and_for_five_minutes(
    app: Flask, store: Store, cast: Cast, clock: SetClock
) -> None:
    device, client = give_passkey(store, cast.okada, is_synced=True), app.test_client()
    options = ask(client, "/signin/passkey/challenges")
    answer = device.get(options)
    assert post(client, "/signin/passkey", answer=answer).status_code == 303
    thief = app.test_client()
    assert post(thief, "/signin/passkey", answer=answer).status_code == 422
    options = ask(thief, "/signin/passkey/challenges")
    clock.forward(minutes=5)
    assert post(thief, "/signin/passkey", answer=device.get(options)).status_code == 422


def test_a_challenge_is_used_up_by_a_wrong_answer_too(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    device = give_passkey(store, cast.okada)
    options = ask(client, "/signin/passkey/challenges")
    wrong = device.get(options, origin="https://evil.example")
    assert post(client, "/signin/passkey", answer=wrong).status_code == 422
    assert post(client, "/signin/passkey", answer=device.get(options)).status_code == 422


def test_what_was_asked_for_one_thing_serves_for_no_other(
    app: Flask, store: Store, cast: Cast
) -> None:
    device = give_passkey(store, cast.okada)
    okada = signed_in(app.test_client(), store, cast.okada)
    options = ask(okada, "/signin/step-up/challenges")
    assert post(app.test_client(), "/signin/passkey", answer=device.get(options)).status_code == 422
    options = ask(okada, "/signin/passkey/challenges")
    assert post(okada, "/signin/step-up", answer=device.get(options)).status_code == 422
    # Asked of somebody else.
    kato = signed_in(app.test_client(), store, cast.kato)
    options = ask(kato, f"{ADDED}/challenges")
    assert post(okada, ADDED, answer=Authenticator().create(options)).status_code == 422


def test_a_key_under_somebody_elses_name_opens_nothing(
    app: Flask, store: Store, cast: Cast
) -> None:
    okadas, katos = (give_passkey(store, who) for who in (cast.okada, cast.kato))
    refused = by_passkey(app.test_client(), katos, key_id=okadas.key_id)
    assert refused.status_code == 422
    okada = signed_in(app.test_client(), store, cast.okada)
    options = ask(okada, "/signin/step-up/challenges")
    assert [one["id"] for one in options["allowCredentials"]] != []  # type: ignore[attr-defined]
    assert post(okada, "/signin/step-up", answer=katos.get(options)).status_code == 422
    options = ask(okada, f"{ADDED}/challenges")
    again = Authenticator(key_id=katos.key_id).create(options)
    assert post(okada, ADDED, answer=again).status_code == 422


def test_a_count_that_went_back_is_flagged_and_shown(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    device = give_passkey(store, cast.okada)
    assert by_passkey(client, device, step=5).status_code == 303
    assert by_passkey(client, device, step=-2).status_code == 303
    with store.read() as session:
        assert session.scalars(sa.select(Passkey.flagged_at)).one() == MORNING
        line = session.scalars(sa.select(AuditLine).where(AuditLine.act == "passkey_copied")).one()
        assert line.to_id == cast.okada
    assert "写しを使ったような動き" in client.get("/signins").text


def test_a_synced_passkey_counts_nothing_and_is_not_flagged(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    device = give_passkey(store, cast.okada, is_synced=True)
    for _ in range(2):
        assert by_passkey(client, device).status_code == 303
    with store.read() as session:
        assert session.scalars(sa.select(Passkey.flagged_at)).one() is None


@pytest.mark.parametrize("why", ["ended", "never ours", "suspended"])
def test_a_passkey_that_is_gone_leads_to_a_person_and_not_to_another_try(
    client: FlaskClient, store: Store, cast: Cast, why: str
) -> None:
    device = give_passkey(store, cast.okada)
    with store.write() as session:
        if why == "ended":
            own = sa.select(Credential).where(Credential.person_id == cast.okada)
            session.scalars(own).one().revoked_at = MORNING
        if why == "suspended":
            session.get_one(Person, cast.okada).state = PersonState.SUSPENDED
    if why == "never ours":
        device = Authenticator()
    refused = by_passkey(client, device)
    assert refused.status_code == 422
    assert GONE in refused.text
    assert "新しい招待を頼んでください" in refused.text
    assert AGAIN not in refused.text


def _told(**changed: Any) -> str:
    whole = {"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "e30"}}
    return json.dumps(whole | changed)


@pytest.mark.parametrize(
    "answer",
    [
        "",
        "{",
        "[]",
        "null",
        '"x"',
        _told(),
        _told(id=1),
        _told(response={}),
        "[" * 9000,
        "x" * 30000,
    ],
)
@pytest.mark.parametrize("path", ["/signin/passkey", "/signin/step-up", ADDED])
def test_what_is_no_answer_is_refused_without_a_fault(
    client: FlaskClient, store: Store, cast: Cast, path: str, answer: str
) -> None:
    if path != "/signin/passkey":
        signed_in(client, store, cast.okada)
    assert post(client, path, answer=answer).status_code == 422


def test_a_session_that_was_ended_is_revived_by_nobody(
    client: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ended by its owner elsewhere, while a request of it is on its way."""
    device = give_passkey(store, cast.okada)
    signed_in(client, store, cast.okada)
    options = ask(client, "/signin/step-up/challenges")
    answer = device.get(options)
    used = proving.used_key

    def meanwhile(*asked: Any) -> Any:
        found = used(*asked)
        with store.write() as session:
            SignIn.end_all(session, cast.okada, MORNING)
        return found

    monkeypatch.setattr(proving, "used_key", meanwhile)
    assert post(client, "/signin/step-up", answer=answer).status_code == 401
    monkeypatch.undo()
    assert client.get("/desk").status_code == 303
    with store.read() as session:
        assert [row.revoked_at for row in session.scalars(sa.select(SignIn))] == [MORNING]


def test_in_a_session_that_was_ended_no_proof_is_made(
    client: FlaskClient, store: Store, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Recovery ends every way in; a request that was on its way leaves none behind."""
    give_password(store, cast.okada)
    signed_in(client, store, cast.okada, assurance=Assurance.PASSWORD)
    options, made = ask(client, f"{ADDED}/challenges"), proving.new_key

    def meanwhile(*asked: Any) -> Any:
        with store.write() as session:
            end_access(session, session.get_one(Person, cast.okada), MORNING)
        return made(*asked)

    monkeypatch.setattr(proving, "new_key", meanwhile)
    answer = Authenticator().create(options)
    assert post(client, ADDED, answer=answer).status_code == 401
    with store.read() as session:
        assert session.scalars(sa.select(Passkey)).all() == []
