"""One push, from words to bytes on the wire; each defect measured in libraries is fenced."""

from __future__ import annotations

import base64
import json
from unittest import mock

import http_ece
import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519
from hypothesis import given, settings
from hypothesis import strategies as st

from models.endpoint import PushAddress
from models.keys import KeyRing
from models.kizuki import utc_now
from pwa import push
from pwa.push import (
    Parcel,
    PayloadTooLong,
    Pusher,
    Signer,
    UnknownKey,
    audience_of,
    padded,
)
from tests.support.push_peer import Phone, base64url, check_headers, check_vapid

RING = KeyRing.ephemeral()
KEY = RING.vapid_key_id
SUBJECT = "mailto:push@town.example.jp"


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def address(phone: Phone) -> PushAddress:
    return PushAddress(phone.endpoint, phone.p256dh, phone.auth)


def a_phone(endpoint: str = "https://push.example/a") -> Phone:
    return Phone("t", endpoint)


def a_parcel(pusher: Pusher, phone: Phone, *, ttl: int = 60, high: bool = False) -> Parcel:
    return pusher.parcel(address(phone), KEY, padded(b"{}"), ttl=ttl, topic="abc", high=high)


def test_the_appendix_of_rfc_8291_comes_out_byte_for_byte() -> None:
    plain = b"When I grow up, I want to be a watermelon"
    receiver = PushAddress(
        "https://push.example.net/push/JzLQ3raZJfFBR0aqvOMsLrt54w4rJUsV",
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4",
        "BTBZMqHH6r4Tts7J_aSIgg",
    )
    scalar = int.from_bytes(decoded("yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"), "big")
    sender = ec.derive_private_key(scalar, ec.SECP256R1())
    salt = decoded("DGv6ra1nlYgDCS1FRnbzlw")
    with (
        mock.patch.object(push, "PAYLOAD_BYTES", len(plain)),
        mock.patch("pwa.sealing.ec.generate_private_key", return_value=sender),
        mock.patch("pwa.sealing.os.urandom", return_value=salt),
    ):
        parcel = Pusher(RING, SUBJECT).parcel(receiver, KEY, plain, ttl=9, topic="t", high=False)
    assert base64url(parcel.body) == (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmY"
        "WAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexS"
        "gSxsj_Qulcy4a-fN"
    )


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=push.PAYLOAD_BYTES))
def test_an_independent_library_decrypts_every_payload(payload: bytes) -> None:
    phone = a_phone()
    parcel = Pusher(RING, SUBJECT).parcel(
        address(phone), KEY, padded(payload), ttl=60, topic="t", high=False
    )
    plain = http_ece.decrypt(
        parcel.body, private_key=phone.key, auth_secret=phone.auth_secret, version="aes128gcm"
    )
    assert plain == payload.ljust(512)
    assert len(parcel.body) == 86 + 512 + 17


def test_a_request_holds_what_push_services_ask_for() -> None:
    parcel = a_parcel(Pusher(RING, SUBJECT), a_phone("https://push.example:8443/x"), high=True)
    headers = {name.lower(): value for name, value in parcel.headers.items()}
    check_headers(headers, "https://push.example:8443", utc_now())
    assert (headers["urgency"], headers["topic"], headers["ttl"]) == ("high", "abc", "60")


def test_the_audience_keeps_the_port_and_drops_the_schemes_own() -> None:
    assert audience_of("https://Push.Example:8443/a/b") == "https://push.example:8443"
    assert audience_of("https://push.example:443/a") == "https://push.example"
    assert audience_of("http://127.0.0.1:80?x=1") == "http://127.0.0.1"
    assert audience_of("https://push.example/a") == "https://push.example"


def test_the_time_to_live_belongs_to_the_message_alone() -> None:
    pusher, phone = Pusher(RING, SUBJECT), a_phone()
    found = [a_parcel(pusher, phone, ttl=ttl).headers["TTL"] for ttl in (5, 3600, 0, -3, 10**9)]
    assert found == ["5", "3600", "1", "1", str(72 * 3600)]


def test_an_endpoint_is_posted_to_as_it_was_stored() -> None:
    endpoint = "https://push.example/a|b%7Cc?q=[1]"
    assert a_parcel(Pusher(RING, SUBJECT), a_phone(endpoint)).endpoint == endpoint


def test_a_message_of_another_length_is_refused_and_never_sent_unreadable() -> None:
    phone = a_phone()
    for length in (0, 511, 513, 3994, 5000):
        with pytest.raises(PayloadTooLong):
            Pusher(RING, SUBJECT).parcel(
                address(phone), KEY, b"x" * length, ttl=1, topic="t", high=False
            )
    with pytest.raises(PayloadTooLong):
        padded(b"x" * 513)


@pytest.mark.parametrize("topic", ["", "x" * 33])
def test_a_topic_has_one_to_thirty_two_characters(topic: str) -> None:
    with pytest.raises(ValueError, match="topic"):
        Pusher(RING, SUBJECT).parcel(
            address(a_phone()), KEY, padded(b"{}"), ttl=1, topic=topic, high=False
        )


def test_a_token_is_kept_eleven_hours_for_each_push_service_and_key() -> None:
    time = [1_000_000.0]
    ring = KeyRing.ephemeral()
    pem = ring.vapid_private_pem(ring.vapid_key_id)
    assert pem is not None
    signer = Signer(pem, SUBJECT, lambda: time[0])

    def header(endpoint: str) -> str:
        return signer.header(endpoint)

    first = header("https://a.example/1")
    time[0] += 11 * 3600 - 1
    assert header("https://a.example/2") == first
    assert header("https://b.example/1") != first
    time[0] += 1
    renewed = header("https://a.example/1")
    token = renewed.split("t=")[1].split(",")[0]
    claims = jwt.decode(token, options={"verify_signature": False})
    assert claims == {"aud": "https://a.example", "exp": int(time[0]) + 43200, "sub": SUBJECT}
    signer.forget("https://a.example/1")
    assert header("https://a.example/9") != renewed


def test_tokens_of_endless_host_names_do_not_fill_the_memory() -> None:
    pem = RING.vapid_private_pem(KEY)
    assert pem is not None
    signer = Signer(pem, SUBJECT)
    for number in range(1005):
        signer.header(f"https://{number}.example/")
    assert len(signer._headers) <= 1000


def test_the_key_is_parsed_once_and_not_for_each_message() -> None:
    pusher, phone = Pusher(RING, SUBJECT), a_phone()
    a_parcel(pusher, phone)
    with mock.patch("pwa.push.serialization.load_pem_private_key", side_effect=AssertionError):
        header = a_parcel(pusher, phone).headers["Authorization"]
    assert check_vapid(header, "https://push.example", utc_now())["sub"] == SUBJECT


def test_a_refused_token_is_signed_anew() -> None:
    pusher, phone = Pusher(RING, SUBJECT), a_phone()
    first = a_parcel(pusher, phone).headers["Authorization"]
    pusher.refresh(phone.endpoint, KEY)
    assert a_parcel(pusher, phone).headers["Authorization"] != first


def test_a_subscription_made_with_a_lost_key_is_named() -> None:
    with pytest.raises(UnknownKey):
        Pusher(RING, SUBJECT).parcel(
            address(a_phone()), "gone", padded(b"{}"), ttl=1, topic="t", high=False
        )


def test_two_parcels_of_one_message_share_no_bytes_of_key_or_salt() -> None:
    pusher, phone = Pusher(RING, SUBJECT), a_phone()
    one, two = a_parcel(pusher, phone).body, a_parcel(pusher, phone).body
    assert one[:16] != two[:16]
    assert one[21:86] != two[21:86]
    assert json.loads(phone.decrypt(one)) == json.loads(phone.decrypt(two)) == {}


def test_a_signer_wants_a_key_of_the_right_kind() -> None:
    pem = ed25519.Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    with pytest.raises(TypeError):
        Signer(pem, SUBJECT)
