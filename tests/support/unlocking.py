"""Phones whose reading is open, or locked; and how their person opens it."""

from __future__ import annotations

import datetime as dt
import hashlib
import re

import sqlalchemy as sa
from flask.testing import FlaskClient
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from models.credential import SignIn
from models.store import Store

PIN = "482913"
_FAR = int(dt.datetime(2099, 1, 1, tzinfo=dt.UTC).timestamp())
ALWAYS_USED = {"opened_at": _FAR, "read_at": _FAR}
"""What the cookie says of a phone that somebody holds in the hand the whole test."""


def never_locks(session: Session, token: str) -> None:
    """Let a session that was just begun have digits, which nobody asks for."""
    session.flush()
    found = sa.select(SignIn).where(SignIn.token_hash == hashlib.sha256(token.encode()).digest())
    session.scalars(found).one().pin = b"never asked for"


def put_down(client: FlaskClient) -> FlaskClient:
    """Leave a phone alone for longer than reading stays open."""
    with client.session_transaction() as cookie:
        cookie["read_at"] = 0
    return client


def without_digits(client: FlaskClient, store: Store) -> FlaskClient:
    """A phone on which none were chosen yet."""
    with client.session_transaction() as cookie, store.write() as session:
        token_hash = hashlib.sha256(cookie["_user_id"].encode()).digest()
        session.scalars(sa.select(SignIn).where(SignIn.token_hash == token_hash)).one().pin = None
    return client


def choose(client: FlaskClient, digits: str = PIN, **fields: str) -> TestResponse:
    """Choose the digits of a phone, as its page does."""
    return client.post("/lock/pin", data={"csrf_token": token_of(client), "pin": digits} | fields)


def opening(client: FlaskClient, digits: str = PIN, **fields: str) -> TestResponse:
    """Try to open reading, as its page does."""
    said = {"csrf_token": token_of(client), "pin": digits}
    return client.post("/lock/opening", data=said | fields)


def token_of(client: FlaskClient) -> str:
    """The token of a form on the page that opens reading."""
    return _attribute(client, r'name="csrf_token" value="([^"]+)"')


def challenge_of(client: FlaskClient) -> str:
    """What the phone's key is to sign there."""
    return _attribute(client, r'data-challenge="([^"]+)"')


def _attribute(client: FlaskClient, pattern: str) -> str:
    page = client.get("/lock?next=/notes")
    found = re.search(pattern, page.text)
    assert found is not None, page.text
    return found[1]
