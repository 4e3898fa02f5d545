"""One's own phones on the settings page: what is known of each, and ending one."""

from __future__ import annotations

import datetime as dt
import re
import uuid

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from models.credential import Credential
from models.phone import Phone
from models.store import Store
from models.subscription import Subscription
from tests import town
from tests.conftest import SetClock
from tests.support.notes import post
from tests.support.phone import Phone as Key
from tests.support.phone import base64url
from tests.town import Cast

ANDROID = {"User-Agent": "Mozilla/5.0 (Linux; Android 15) Chrome/142"}


@pytest.fixture
def other(app: Flask, store: Store, cast: Cast) -> FlaskClient:
    """鈴木's other phone."""
    return town.signed_in(app.test_client(), store, cast.suzuki)


@pytest.fixture
def key(other: FlaskClient, store: Store) -> uuid.UUID:
    """The key that it registered, from which two items have still to come."""
    headers = town.csrf(other) | ANDROID
    answer = other.post("/api/v1/devices", json={"point": Key().point}, headers=headers)
    found = uuid.UUID(answer.get_json()["id"])
    with store.write() as session:
        session.get_one(Phone, found).take(1, 2, town.MORNING)
    return found


def endings(client: FlaskClient) -> list[str]:
    return re.findall(r'"(/settings/phones/[^"]+/ending)"', client.get("/settings").text)


def test_a_phone_stands_there_once_with_its_last_contact_and_what_is_still_to_come(
    suzuki: FlaskClient, clock: SetClock, key: uuid.UUID
) -> None:
    clock.forward(days=1)
    page = suzuki.get("/settings").text
    assert endings(suzuki) == [f"/settings/phones/{key}/ending"]
    assert "Android" in page
    assert "さいごの連絡：11月24日(火)" in page
    assert "まだ届いていないもの：2件" in page


def test_the_ended_phone_reads_nothing_and_gets_no_push_any_more(
    suzuki: FlaskClient, other: FlaskClient, store: Store, key: uuid.UUID
) -> None:
    keys = {"p256dh": Key().point, "auth": base64url(b"0123456789abcdef")}
    given = {"endpoint": "https://fcm.googleapis.com/fcm/send/abc", "keys": keys}
    for phone, end in ((other, "1"), (suzuki, "2")):
        address = given | {"endpoint": given["endpoint"] + end}
        answer = phone.post("/api/v1/push/subscriptions", json=address, headers=town.csrf(phone))
        assert answer.status_code == 201
    answer = post(suzuki, f"/settings/phones/{key}/ending")
    assert "その電話では、もう読めません。" in suzuki.get(answer.headers["Location"]).text
    assert other.get("/settings").headers["Location"].startswith("/signin")
    assert endings(suzuki) == []
    with store.read() as session:
        assert session.get_one(Credential, key).revoked_at is not None
        held = sa.select(Subscription).where(Subscription.person_id.is_not(None))
        (left,) = session.scalars(held).all()
        assert left.address.endpoint.endswith("2")


def test_signing_out_leaves_the_key_so_that_what_waits_still_arrives(
    suzuki: FlaskClient, other: FlaskClient, key: uuid.UUID
) -> None:
    post(other, "/signout")
    assert endings(suzuki) == [f"/settings/phones/{key}/ending"]
    said = "いまは、お返事を読めない状態です。書いたものは、これからも届きます。"
    assert said in suzuki.get("/settings").text


def test_a_phone_that_waits_writes_for_longer_than_it_reads(
    suzuki: FlaskClient, other: FlaskClient, store: Store, clock: SetClock, key: uuid.UUID
) -> None:
    clock.now += dt.timedelta(days=401)
    assert other.get("/settings").status_code == 303
    with store.read() as session:
        assert session.get_one(Credential, key).revoked_at is None
