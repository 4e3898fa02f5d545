"""D1 to D8, push: an endpoint is one of a known push service, however it is written."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from models.subscription import PHONES_PER_OWNER, Subscription
from tests.attacks.served import Caller, Served, said
from tests.support.phone import Phone, base64url

PATH = "/api/v1/push/subscriptions"
GOOD = "https://fcm.googleapis.com/fcm/send/abc"
AUTH = base64url(bytes(range(16)))
ENDPOINTS = [
    "http://fcm.googleapis.com/x",
    "https://fcm.googleapis.com:22/x",
    "https://127.0.0.1/x",
    "https://localhost/x",
    "https://[::1]/x",
    "https://[::ffff:127.0.0.1]/x",
    "https://2130706433/x",
    "https://0177.0.0.1/x",
    "https://0x7f.1/x",
    "https://169.254.169.254/latest/meta-data",
    "https://10.0.0.1/x",
    "https://user@fcm.googleapis.com/x",
    "https://fcm.googleapis.com@169.254.169.254/x",
    "https://fcm.googleapis.com.evil.example/x",
    "https://fcm.googleapis.com./x",
    "https://evil.example/fcm.googleapis.com",
    "https://evil.example/?https://fcm.googleapis.com/",
    "https://evil.example#fcm.googleapis.com",
    "https://fcm。googleapis。com/x",
    "https://xn--fcm-.googleapis.com/x",
    "https://ｆcm.googleapis.com/x",
    "https://fcm.googleapis.com\\.evil.example/x",
    "https://fcm.googleapis.com\t.evil.example/x",
    "https://fcm.googleapis.com/\r\nX: y",
    "file:///etc/passwd",
    "gopher://fcm.googleapis.com/x",
    "javascript:alert(1)",
    "//fcm.googleapis.com/x",
    GOOD + "x" * 2048,
    "",
]


@pytest.fixture(scope="module")
def suzuki(here: Served) -> Caller:
    return here.person(here.cast.suzuki)


def browser(endpoint: str = GOOD, **keys: Any) -> dict[str, Any]:
    return {"endpoint": endpoint, "keys": {"p256dh": Phone().point, "auth": AUTH} | keys}


@pytest.mark.parametrize("endpoint", ENDPOINTS)
def test_d1_and_d2_and_d6_no_other_address_is_posted_to(suzuki: Caller, endpoint: str) -> None:
    answer = suzuki.send(PATH, browser(endpoint))
    assert answer.status == 422
    (error,) = answer.json["errors"]
    assert error["pointer"] == "/endpoint"
    assert error["detail"] == answer.json["title"]


KEYS: dict[str, dict[str, Any]] = {
    "off the curve": {"p256dh": base64url(b"\4" + bytes(range(64)))},
    "all zero": {"p256dh": base64url(bytes(65))},
    "compressed": {"p256dh": base64url(b"\2" + bytes(32))},
    "too short": {"p256dh": base64url(b"\4" + bytes(63))},
    "no base64": {"p256dh": "?" * 87},
    "a number": {"p256dh": 1},
    "a short secret": {"auth": base64url(bytes(15))},
    "a long secret": {"auth": base64url(bytes(17))},
    "no secret": {"auth": None},
}


@pytest.mark.parametrize("how", KEYS)
def test_d5_a_key_that_is_none_is_pointed_to(suzuki: Caller, how: str) -> None:
    answer = suzuki.send(PATH, browser(**KEYS[how]))
    assert answer.status == 422
    (name,) = KEYS[how]
    assert answer.json["errors"][0]["pointer"] == f"/keys/{name}"
    assert answer.json["title"] in (said("push.problem.keys"), answer.json["errors"][0]["detail"])


def owned(here: Served) -> list[object]:
    with here.store.read() as session:
        return list(session.scalars(sa.select(Subscription.person_id)))


def test_d6_and_d7_a_thousand_phones_are_ten_and_a_stolen_one_moves(
    here: Served, suzuki: Caller
) -> None:
    for number in range(PHONES_PER_OWNER + 30):
        assert suzuki.send(PATH, browser(f"{GOOD}/{number}")).status == 201
    assert owned(here) == [here.cast.suzuki] * PHONES_PER_OWNER
    tanaka, last = here.person(here.cast.tanaka), f"{GOOD}/{PHONES_PER_OWNER + 29}"
    assert tanaka.send(PATH, {"endpoint": last}, "DELETE").status == 204
    assert tanaka.send("/api/v1/push/test", {"endpoint": last}).status == 422
    assert len(owned(here)) == PHONES_PER_OWNER
    assert tanaka.send(PATH, browser(last)).status == 201
    assert owned(here).count(here.cast.suzuki) == PHONES_PER_OWNER - 1
    assert owned(here).count(here.cast.tanaka) == 1
