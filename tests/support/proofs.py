"""Proofs for tests: a password, an app and a passkey, by the doors that a browser uses."""

from __future__ import annotations

import datetime as dt
import re
import uuid

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models import passkey, passkey_answer, totp
from models.joining import set_password
from models.password import hash_password
from models.person import Person
from models.store import Store
from tests.support.authenticator import Authenticator
from tests.support.invitations import PASSWORD, post
from tests.town import MORNING, csrf

SITE = passkey_answer.Site("http://localhost:8000", "localhost", "気づき")


def give_password(store: Store, person_id: uuid.UUID) -> None:
    """A password alone."""
    kept = hash_password(PASSWORD)
    with store.write() as session:
        set_password(session, session.get_one(Person, person_id), kept, MORNING)


def give_app(store: Store, person_id: uuid.UUID) -> bytes:
    """An app beside it; gives its secret."""
    secret = totp.new_secret()
    with store.write() as session:
        totp.add(session, session.get_one(Person, person_id), secret, 0, MORNING)
    return secret


def give_passkey(store: Store, person_id: uuid.UUID, **of: bool) -> Authenticator:
    """A passkey, as if it had been made here some time ago."""
    device = Authenticator(**of)
    challenge = "A" * 43
    answer = device.create({"challenge": challenge})
    told, _ = passkey_answer.parts_of(answer)
    new = passkey_answer.read_creation(answer, told, SITE)
    with store.write() as session:
        passkey.add(session, session.get_one(Person, person_id), new, MORNING, "Linux")
    return device


def code_at(secret: bytes, now: dt.datetime) -> str:
    """What an app shows at this moment."""
    return TOTP(secret, 6, SHA1(), 30).generate(int(now.timestamp())).decode()


def ask(client: FlaskClient, path: str) -> dict[str, object]:
    """The options that a page's script is given."""
    answer = client.post(path, headers=csrf(client))
    assert answer.status_code == 200, answer.status_code
    found: dict[str, object] = answer.json
    return found


def by_passkey(client: FlaskClient, device: Authenticator, **bent: object) -> TestResponse:
    """Sign in with it, or try to."""
    options = ask(client, "/signin/passkey/challenges")
    return post(client, "/signin/passkey", answer=device.get(options, **bent))


def by_password(client: FlaskClient, email: str) -> TestResponse:
    """The first step of whoever has a password."""
    return post(client, "/signin", email=email, password=PASSWORD)


def fields(page: str) -> dict[str, str]:
    """The hidden fields of a page's forms, by name."""
    return dict(re.findall(r'<input type="hidden" name="([\w.]+)" value="([^"]*)"', page))


def held_token(client: FlaskClient) -> str:
    """The token in the client's cookie."""
    with client.session_transaction() as cookie:
        return str(cookie["_user_id"])
