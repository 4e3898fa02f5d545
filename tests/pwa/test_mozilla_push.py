"""The stand-in for Mozilla's push service refuses, keeps and hands over as the real one does."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from websockets.sync.client import ClientConnection, connect

from models.endpoint import PushAddress
from models.keys import KeyRing
from pwa.push import Parcel, Pusher, padded
from tests.conftest import SetClock
from tests.support.mozilla_push import DELIVERED, MozillaPush
from tests.support.push_peer import Phone

RING, OTHER = KeyRing.ephemeral(), KeyRing.ephemeral()


@pytest.fixture
def mozilla(clock: SetClock) -> Iterator[MozillaPush]:
    with MozillaPush(clock) as mozilla:
        yield mozilla


@contextmanager
def browser(mozilla: MozillaPush, name: str = "") -> Iterator[ClientConnection]:
    """A browser in connection, known by the name that it got before."""
    with connect(mozilla.browser_url, proxy=None) as link:
        say(link, messageType="hello", use_webpush=True, **({"uaid": name} if name else {}))
        yield link


def say(link: ClientConnection, **said: Any) -> None:
    link.send(json.dumps(said))


def hear(link: ClientConnection) -> dict[str, Any]:
    heard: dict[str, Any] = json.loads(link.recv(timeout=20))
    return heard


def subscribe(link: ClientConnection) -> tuple[str, Phone]:
    """The browser's name, and its subscription to the server with RING's key."""
    name = hear(link)["uaid"]
    say(link, messageType="register", channelID="c1", key=RING.vapid_public + "==")
    return name, Phone("", hear(link)["pushEndpoint"])


def parcel(
    phone: Phone, clock: SetClock, keys: KeyRing = RING, topic: str = "t", says: bytes = b"{}"
) -> Parcel:
    address = PushAddress(phone.endpoint, phone.p256dh, phone.auth)
    pusher = Pusher(keys, "mailto:push@town.example.jp", lambda: clock().timestamp())
    payload = padded(says)
    return pusher.parcel(address, keys.vapid_key_id, payload, ttl=3600, topic=topic, high=False)


def post(parcel: Parcel) -> int:
    request = urllib.request.Request(parcel.endpoint, parcel.body, parcel.headers)
    try:
        with urllib.request.urlopen(request, timeout=20) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as refusal:
        return refusal.code


def without(parcel: Parcel, header: str) -> Parcel:
    return parcel._replace(headers={k: v for k, v in parcel.headers.items() if k != header})


def test_what_the_real_service_refuses_is_refused(mozilla: MozillaPush, clock: SetClock) -> None:
    with browser(mozilla) as link:
        _, phone = subscribe(link)
        good = parcel(phone, clock)
        elsewhere = parcel(replace(phone, endpoint="https://push.example/x"), clock)
        late = SetClock()
        late.forward(hours=-13)
        assert [
            post(without(good, "TTL")),
            post(without(good, "Content-Encoding")),
            post(without(good, "Authorization")),
            post(elsewhere._replace(endpoint=phone.endpoint)),
            post(parcel(phone, late)),
            post(parcel(phone, clock, OTHER)),
            post(good._replace(body=good.body + b"\0" * 4096)),
            post(good._replace(body=good.body[:50])),
            post(good._replace(endpoint=f"{mozilla.origin}/wpush/v2/other")),
        ] == [400, 400, 401, 401, 401, 403, 413, 400, 410]
        assert mozilla.messages == []


def test_a_message_is_handed_over_and_the_browsers_word_on_it_is_known(
    mozilla: MozillaPush, clock: SetClock
) -> None:
    with browser(mozilla) as link:
        _, phone = subscribe(link)
        assert post(parcel(phone, clock)) == 201
        given = hear(link)
        assert (given["messageType"], given["headers"]) == (
            "notification",
            {"encoding": "aes128gcm"},
        )
        updates = [{"version": given["version"], "channelID": "c1", "code": DELIVERED}]
        say(link, messageType="ack", updates=updates)
        mozilla.wait(lambda: [m.code for m in mozilla.messages] == [DELIVERED])
        say(link, messageType="unregister", channelID="c1")
        hear(link)
        assert post(parcel(phone, clock)) == 410


def test_while_no_browser_is_there_the_newest_of_a_topic_is_kept_for_its_time(
    mozilla: MozillaPush, clock: SetClock
) -> None:
    with browser(mozilla) as link:
        name, phone = subscribe(link)
    mozilla.wait(lambda: not mozilla.is_connected())
    bodies = [parcel(phone, clock, topic=topic) for topic in ("t", "t", "u")]
    assert [post(body) for body in bodies] == [201, 201, 201]
    assert [m.body for m in mozilla.messages] == [bodies[1].body, bodies[2].body]
    with browser(mozilla, name) as link:
        assert hear(link)["uaid"] == name
        assert {hear(link)["version"] for _ in range(2)} == {m.version for m in mozilla.messages}
    clock.forward(hours=1)
    with browser(mozilla, name) as link:
        hear(link)
        say(link)
        assert hear(link) == {}
