"""A password alone reaches nothing: the second proof, and the making of the first one."""

from __future__ import annotations

import re

import pytest
import sqlalchemy as sa
from flask.testing import FlaskClient

from blueprints import gate
from blueprints.join import patience
from models import totp
from models.audit import AuditLine
from models.credential import Credential, CredentialKind, SignIn
from models.person import Person
from models.store import Store
from tests.conftest import SetClock
from tests.support.authenticator import Authenticator
from tests.support.invitations import PASSWORD, post
from tests.support.proofs import (
    ask,
    by_passkey,
    by_password,
    code_at,
    fields,
    give_app,
    give_passkey,
    give_password,
    held_token,
)
from tests.town import Cast

OKADA = "okada@misaki.example"


def kinds(store: Store, person_id: object) -> set[CredentialKind]:
    with store.read() as session:
        own = Credential.person_id == person_id, Credential.revoked_at.is_(None)
        return set(session.scalars(sa.select(Credential.kind).where(*own)))


@pytest.fixture
def waiting(client: FlaskClient, store: Store, cast: Cast) -> FlaskClient:
    """岡田 has given the password, and has nothing else."""
    give_password(store, cast.okada)
    done = by_password(client, OKADA)
    assert (done.status_code, done.location) == (303, "/signin/second?next=/")
    return client


def test_a_password_alone_reaches_nothing(waiting: FlaskClient) -> None:
    for path in ("/desk", "/settings", "/signins"):
        assert waiting.get(path).location == f"/signin/second?next={path}"
    assert "岡田" not in waiting.get("/").text
    assert waiting.get("/api/v1/observations").status_code == 401
    page = waiting.get("/signin/second").text
    assert 'data-ask="/signins/passkeys/challenges"' in page
    assert 'formaction="/signins/app"' in page


def test_the_first_passkey_lets_in_under_another_token(
    waiting: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    before = held_token(waiting)
    device, options = Authenticator(), ask(waiting, "/signins/passkeys/challenges")
    assert len(str(options["challenge"])) == 43
    given = {"answer": device.create(options), "next": "/desk"}
    done = post(waiting, "/signins/passkeys", **given)
    assert (done.status_code, done.location) == (303, "/desk")
    assert waiting.get("/desk").status_code == 200
    with store.read() as session:
        assert SignIn.find(session, before, clock.now) is None
    assert kinds(store, cast.okada) == {CredentialKind.PASSWORD, CredentialKind.PASSKEY}
    post(waiting, "/signout")
    assert by_passkey(waiting, device).status_code == 303
    assert waiting.get("/desk").status_code == 200


def test_an_app_lets_in_and_is_asked_from_then_on(
    waiting: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    page = waiting.get("/signins/app").text
    found = re.search(r'class="mono">([A-Z2-7 ]+)<', page)
    assert found is not None
    assert "<svg" in page
    key = fields(page)["key"]
    secret = totp.open_new(store.keys, cast.okada, key)
    assert secret is not None
    assert totp.typed_key(secret) == found[1]
    wrong = post(waiting, "/signins/app", key=key, code="000000")
    assert wrong.status_code == 422
    assert fields(wrong.text)["key"] != ""
    done = post(waiting, "/signins/app", key=key, code=code_at(secret, clock.now))
    assert done.status_code == 303
    assert waiting.get("/desk").status_code == 200
    post(waiting, "/signout")
    by_password(waiting, OKADA)
    assert waiting.get("/desk").status_code == 303
    used = post(waiting, "/signin/second", code=code_at(secret, clock.now))
    assert used.status_code == 422
    clock.forward(seconds=30)
    assert post(waiting, "/signin/second", code=code_at(secret, clock.now)).status_code == 303
    assert waiting.get("/desk").status_code == 200
    with store.read() as session:
        kept = totp.of(session, cast.okada)
        assert kept is not None
        assert secret not in kept.material


@pytest.mark.parametrize("has", ["app", "passkey"])
def test_a_stolen_password_makes_no_second_proof_beside_the_one_that_is_there(
    client: FlaskClient, store: Store, cast: Cast, has: str
) -> None:
    give_password(store, cast.okada)
    {"app": give_app, "passkey": give_passkey}[has](store, cast.okada)
    by_password(client, OKADA)
    page = client.get("/signin/second").text
    assert "/signins/" not in page
    assert ('name="code"' in page) == (has == "app")
    assert ('data-ask="/signin/passkey/challenges"' in page) == (has == "passkey")
    for path in ("/signins/passkeys", "/signins/passkeys/challenges", "/signins/app"):
        assert post(client, path, code="1", answer="{}").status_code == 401
    assert client.get("/signins/app").status_code == 303
    assert len(kinds(store, cast.okada)) == 2


def test_of_who_comes_in_by_passkey_alone_the_password_goes_with_the_first_one(
    client: FlaskClient, store: Store, cast: Cast
) -> None:
    give_password(store, cast.aoki)
    by_password(client, "aoki@misaki.example")
    assert 'formaction="/signins/app"' not in client.get("/signin/second").text
    assert client.get("/signins/app").status_code == 404
    options = ask(client, "/signins/passkeys/challenges")
    post(client, "/signins/passkeys", answer=Authenticator().create(options))
    assert client.get("/core/held").status_code == 200
    assert kinds(store, cast.aoki) == {CredentialKind.PASSKEY}
    post(client, "/signout")
    assert by_password(client, "aoki@misaki.example").status_code == 422


def test_whoever_joins_the_sealed_team_proves_more_from_the_next_request_on(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    give_password(store, cast.ueda)
    secret = give_app(store, cast.ueda)
    by_password(client, "ueda@misaki.example")
    post(client, "/signin/second", code=code_at(secret, clock.now))
    assert client.get("/core/held").status_code == 200
    with store.write() as session:
        session.get_one(Person, cast.ueda).memberships[0].in_sealed_team = True
    assert client.get("/core/held").status_code == 303
    assert 'data-ask="/signins/passkeys/challenges"' in client.get("/signin/second").text


def test_wrong_codes_slow_the_next_are_marked_and_lock_nobody_out(
    client: FlaskClient,
    store: Store,
    cast: Cast,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waited: list[float] = []
    monkeypatch.setattr(patience.time, "sleep", waited.append)
    monkeypatch.setattr(gate.limiter, "enabled", False)
    give_password(store, cast.okada)
    secret = give_app(store, cast.okada)
    by_password(client, OKADA)
    pages = {post(client, "/signin/second", code="12345").status_code for _ in range(7)}
    assert pages == {422}
    assert waited == [0.25]
    assert post(client, "/signin/second", code=code_at(secret, clock.now)).status_code == 303
    with store.read() as session:
        marked = sa.select(AuditLine.to_id).where(AuditLine.act == "wrong_codes")
        assert session.scalars(marked).all() == [cast.okada]


def test_what_waited_for_the_sign_in_waits_for_the_second_proof_too(
    client: FlaskClient, store: Store, cast: Cast, clock: SetClock
) -> None:
    give_password(store, cast.okada)
    secret = give_app(store, cast.okada)
    kept = {"goes_on": "1", "next": "/settings/name", "kept.name": "髙橋"}
    page = post(client, "/signin", email=OKADA, password=PASSWORD, **kept)
    assert 'name="kept.name" type="text" value="髙橋"' in page.text
    given = {"code": code_at(secret, clock.now)} | kept
    page = client.post(
        "/signin/second", data=given | {"csrf_token": fields(page.text)["csrf_token"]}
    )
    assert 'action="/settings/name"' in page.text
    assert 'value="髙橋"' in page.text


def test_signing_out_half_way_ends_what_waited(waiting: FlaskClient, store: Store) -> None:
    post(waiting, "/signout")
    assert waiting.get("/signin/second").status_code == 303
    with store.read() as session:
        assert None not in session.scalars(sa.select(SignIn.revoked_at)).all()
