"""Phones whose reading is open, or locked; and how their person opens it."""

from __future__ import annotations

import hashlib
import re

import sqlalchemy as sa
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from models.credential import SignIn
from models.store import Store
from tests.support.held import ALWAYS_USED
from tests.support.invitations import post

PIN = "482913"


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


def held(client: FlaskClient) -> FlaskClient:
    """From now on no clock locks this phone."""
    with client.session_transaction() as cookie:
        cookie.update(ALWAYS_USED)
    return client


def choose(client: FlaskClient, digits: str = PIN, **fields: str) -> TestResponse:
    """Choose the digits of a phone, as its page does."""
    return post(client, "/lock/pin", pin=digits, **fields)


def opening(client: FlaskClient, digits: str = PIN, **fields: str) -> TestResponse:
    """Try to open reading, as its page does."""
    return post(client, "/lock/opening", pin=digits, **fields)


def challenge_of(client: FlaskClient) -> str:
    """What the phone's key is to sign for the next try."""
    page = client.get("/lock?next=/notes").text
    found = re.search(r'data-challenge="([^"]+)"', page)
    assert found is not None, page
    return found[1]
