"""What is taken as a push endpoint: the address comes from outside and the server posts to it."""

from __future__ import annotations

import base64

import pytest

from models.endpoint import PushHosts, checked, family_of
from models.errors import Invalid
from tests.support.push_peer import Phone, base64url

HOSTS = PushHosts(["fcm.googleapis.com", "*.push.apple.com", "*.notify.windows.com"])
GOOD = "https://fcm.googleapis.com/fcm/send/abc:def"


@pytest.mark.parametrize(
    "endpoint",
    [
        GOOD,
        "https://fcm.googleapis.com:443/x",
        "https://web.push.apple.com/QGuc",
        "https://db5p.notify.windows.com/w/?token=BQ%3d",
        "https://FCM.googleapis.com/x",
    ],
)
def test_the_known_push_services_are_taken(endpoint: str) -> None:
    assert HOSTS.takes(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "http://fcm.googleapis.com/x",
        "https://fcm.googleapis.com:22/x",
        "https://fcm.googleapis.com:8443/x",
        "https://user@fcm.googleapis.com/x",
        "https://fcm.googleapis.com@evil.example/x",
        "https://fcm.googleapis.com.evil.example/x",
        "https://fcm.googleapis.com./x",
        "https://evilpush.apple.com/x",
        "https://push.apple.com/x",
        "https://.push.apple.com/x",
        "https://127.0.0.1/x",
        "https://2130706433/x",
        "https://0177.0.0.1/x",
        "https://[::1]/x",
        "https://[::ffff:127.0.0.1]/x",
        "https://169.254.169.254/latest/meta-data",
        "https://fcm.googleapis.com\\@evil.example/x",
        "https://evil.example/#@fcm.googleapis.com/",
        "https://fcm.googleapis.com/x\r\nHost: evil",
        "https://fcm.googleapis.com/ｘ",
        "https://fcm.googleapis.com:99999/x",
        "https://[fcm.googleapis.com/x",
        "//fcm.googleapis.com/x",
        "javascript:alert(1)",
        "",
        GOOD + "x" * 2048,
    ],
)
def test_everything_else_is_refused(endpoint: str) -> None:
    assert not HOSTS.takes(endpoint)


def test_loopback_is_taken_only_where_a_test_says_so() -> None:
    loopback = PushHosts(["loopback"])
    assert loopback.takes("http://127.0.0.1:8765/x")
    assert loopback.takes("https://localhost:1/x")
    assert not loopback.takes("http://10.0.0.1/x")
    assert not loopback.takes("ftp://127.0.0.1/x")
    assert not HOSTS.takes("http://127.0.0.1:8765/x")


def test_endless_host_names_do_not_fill_the_memory() -> None:
    hosts = PushHosts(["*.push.apple.com"])
    for number in range(1005):
        assert hosts.takes(f"https://{number}.push.apple.com/x")
    assert len(hosts._origins) <= 1000


def test_a_browsers_subscription_is_taken_with_and_without_padding() -> None:
    phone = Phone("t", GOOD)
    plain = checked(GOOD, phone.p256dh, phone.auth, HOSTS)
    assert checked(GOOD, phone.p256dh + "=", phone.auth + "==", HOSTS) == plain
    assert plain == (GOOD, phone.p256dh, phone.auth)


def off_the_curve(phone: Phone) -> str:
    raw = bytearray(base64.urlsafe_b64decode(phone.p256dh + "="))
    raw[64] ^= 1
    return base64url(bytes(raw))


@pytest.mark.parametrize(
    "p256dh",
    [
        "",
        "!" * 87,
        base64url(b"\4" + bytes(64)),
        base64url(bytes(65)),
        base64url(b"\2" + b"\1" * 32),
        base64url(b"\4" + b"\1" * 65),
        "x" * 4000,
        "B" * 81,
        pytest.param(off_the_curve(Phone("t", GOOD)), id="off_the_curve"),
    ],
)
def test_a_key_is_a_point_of_the_curve(p256dh: str) -> None:
    with pytest.raises(Invalid) as problem:
        checked(GOOD, p256dh, Phone("t", GOOD).auth, HOSTS)
    assert problem.value.field == "p256dh"


@pytest.mark.parametrize("auth", ["", base64url(bytes(15)), base64url(bytes(17)), "a b", "ａ" * 22])
def test_the_secret_has_sixteen_bytes(auth: str) -> None:
    with pytest.raises(Invalid) as problem:
        checked(GOOD, Phone("t", GOOD).p256dh, auth, HOSTS)
    assert problem.value.field == "auth"


def test_the_endpoint_is_named_where_it_is_the_problem() -> None:
    with pytest.raises(Invalid) as problem:
        checked("https://evil.example/", "", "", HOSTS)
    assert problem.value.field == "endpoint"


@pytest.mark.parametrize(
    ("user_agent", "family"),
    [
        ("Mozilla/5.0 … Chrome/156.0 Mobile Safari/537.36", "chrome"),
        ("Mozilla/5.0 … Chrome/156.0 Safari/537.36 Edg/156.0", "edge"),
        ("Mozilla/5.0 (Android) SamsungBrowser/30 Chrome/120 Safari/537", "samsung"),
        ("Mozilla/5.0 (iPhone) Version/18.4 Mobile/15E148 Safari/604.1", "safari"),
        ("Mozilla/5.0 (Android; rv:150) Gecko/150.0 Firefox/150.0", "firefox"),
        ("", "other"),
    ],
)
def test_a_phone_is_listed_by_its_browser(user_agent: str, family: str) -> None:
    assert family_of(user_agent) == family
