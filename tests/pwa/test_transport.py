"""The way to a push service: what answers, what does not, and where it must not lead."""

from __future__ import annotations

import asyncio
import datetime as dt
import socket
import ssl
from collections.abc import Coroutine
from typing import Any, TypeVar

import pytest
import trustme
from aiohttp import web
from aiohttp.abc import AbstractResolver, ResolveResult

from models.endpoint import PushHosts
from pwa import transport
from pwa.push import Parcel
from pwa.transport import Answer, Forbidden, PublicResolver, Transport, Unreachable, retry_after
from tests.support.push_peer import HANG, RESET, PushPeer

T = TypeVar("T")
LOOPBACK = PushHosts(["loopback"])
NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)


def run(work: Coroutine[Any, Any, T]) -> T:
    return asyncio.run(asyncio.wait_for(work, 20))


async def post(endpoint: str, hosts: PushHosts = LOOPBACK, **options: Any) -> Answer:
    async with Transport(hosts, **options) as way:
        return await way.post(Parcel(endpoint, b"x", {"TTL": "1"}))


class Names(AbstractResolver):
    """A name server of our own, which can change its mind."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked = 0
        self.is_closed = False

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        answer = self.answers[min(self.asked, len(self.answers) - 1)]
        self.asked += 1
        return [
            ResolveResult(
                hostname=host, host=address, port=port, family=socket.AF_INET, proto=0, flags=0
            )
            for address in answer.split()
        ]

    async def close(self) -> None:
        self.is_closed = True


def test_an_answer_is_its_status_and_what_it_asks_us_to_wait() -> None:
    with PushPeer() as peer:
        phone = peer.phone()
        peer.script(phone, [(429, {"Retry-After": "7"}), 503])
        assert run(post(phone.endpoint)) == Answer(429, 7.0)
        assert run(post(phone.endpoint)) == Answer(503, None)


def test_a_redirect_is_an_answer_and_is_not_followed() -> None:
    with PushPeer() as peer:
        phone, other = peer.phone(), peer.phone()
        peer.script(phone, [(307, {"Location": other.endpoint})])
        assert run(post(phone.endpoint)).status == 307
        assert [post.phone for post in peer.posts] == [phone]


def test_silence_and_resets_are_no_answer() -> None:
    with PushPeer() as peer:
        phone = peer.phone()
        peer.script(phone, [HANG, RESET])
        for _ in range(2):
            with pytest.raises(Unreachable):
                run(post(phone.endpoint, timeout=0.3))
    with pytest.raises(Unreachable):
        run(post("http://127.0.0.1:1/x"))


def test_an_unknown_host_is_not_posted_to_even_if_it_was_stored() -> None:
    with pytest.raises(Forbidden):
        run(post("https://evil.example/x"))


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "192.168.1.1",
        "172.16.0.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",
        "224.0.0.1",
        "::1",
        "fe80::1%eth0",
        "fd00::1",
        "::ffff:127.0.0.1",
        "::ffff:203.0.112.7",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::a00:1",
        "2002:7f00:1::",
        "fec0::1",
        "ff0e::1",
        "::",
        "192.0.0.8",
        "255.255.255.255",
    ],
)
def test_a_push_host_that_points_inward_is_refused(address: str) -> None:
    hosts = PushHosts(["push.example"])
    with pytest.raises(Forbidden):
        run(post("https://push.example/x", hosts, resolver=Names(address)))


@pytest.mark.parametrize("address", ["203.0.112.7", "2600:1901::7", "64:ff9b::cb00:7007"])
def test_a_public_address_may_be_reached(address: str) -> None:
    found = run(PublicResolver(Names(address)).resolve("push.example", 443))
    assert [result["host"] for result in found] == [address]


def test_one_private_address_among_public_ones_is_enough_to_refuse() -> None:
    names = Names("203.0.112.7 10.0.0.1")
    with pytest.raises(Forbidden):
        run(post("https://push.example/x", PushHosts(["push.example"]), resolver=names))


def test_a_test_that_posts_to_this_machine_lets_no_other_name_lead_there() -> None:
    hosts = PushHosts(["loopback", "push.example"])
    with pytest.raises(Forbidden):
        run(post("https://push.example/x", hosts, resolver=Names("127.0.0.1")))


def test_the_checked_address_is_connected_to_under_the_hosts_own_name() -> None:
    asked: list[object] = []
    authority, tls = trustme.CA(), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(tls)
    tls.sni_callback = lambda _socket, name, _context: asked.append(name)
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    names = Names("127.0.0.1", "10.0.0.1")
    with PushPeer(tls) as peer:
        peer.script(phone := peer.phone(), [503])
        endpoint = phone.endpoint.replace("127.0.0.1", "localhost")
        answer = run(post(endpoint, trust=trust, resolver=names))
    assert answer.status == 503
    assert asked == ["localhost"]
    assert names.asked == 1


def test_a_name_that_points_inward_later_is_refused_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "DNS_CACHE_SECONDS", 0)

    async def later(origin: str) -> None:
        names = Names("127.0.0.1", "10.0.0.1")
        async with Transport(LOOPBACK, resolver=names) as way:
            for _ in range(2):
                await way.post(Parcel(f"{origin}/x", b"", {"Connection": "close"}))

    with PushPeer() as peer, pytest.raises(Forbidden):
        run(later(peer.origin.replace("127.0.0.1", "localhost")))


def test_a_name_that_changes_its_mind_is_asked_once() -> None:
    async def twice() -> int:
        names = Names("127.0.0.1", "10.0.0.1")
        app = web.Application()
        runner = web.AppRunner(app)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        port = runner.addresses[0][1]
        hosts = PushHosts(["loopback"])
        async with Transport(hosts, resolver=names) as way:
            for _ in range(3):
                answer = await way.post(Parcel(f"http://localhost:{port}/x", b"", {}))
                assert answer.status == 404
        await runner.cleanup()
        assert names.is_closed
        return names.asked

    assert run(twice()) == 1


def test_proxies_of_the_environment_are_ignored(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    with PushPeer() as peer:
        phone = peer.phone()
        peer.script(phone, [503])
        assert run(post(phone.endpoint)).status == 503


def test_connections_are_kept_alive() -> None:
    async def ports() -> set[object]:
        seen = set()

        async def take(request: web.Request) -> web.Response:
            assert request.transport is not None
            seen.add(request.transport.get_extra_info("peername"))
            return web.Response(status=201)

        app = web.Application()
        app.router.add_post("/x", take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        endpoint = f"http://127.0.0.1:{runner.addresses[0][1]}/x"
        async with Transport(LOOPBACK) as way:
            for _ in range(5):
                await way.post(Parcel(endpoint, b"x", {}))
        await runner.cleanup()
        return seen

    assert len(run(ports())) == 1


def test_a_request_asks_for_the_endpoint_as_it_was_stored() -> None:
    async def asked(target: str) -> str:
        seen = []

        async def take(request: web.Request) -> web.Response:
            seen.append(request.raw_path)
            return web.Response(status=201)

        app = web.Application()
        app.router.add_post("/{rest:.*}", take)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        async with Transport(LOOPBACK) as way:
            origin = f"http://127.0.0.1:{runner.addresses[0][1]}"
            await way.post(Parcel(origin + target, b"x", {}))
        await runner.cleanup()
        return seen[0]

    for target in ("/push/a%7Cb%2Fc%41?q=%5b1%5D&r=+", "/push/a:b~c!d"):
        assert run(asked(target)) == target


def test_a_transport_is_entered_before_it_is_used() -> None:
    with pytest.raises(RuntimeError):
        run(Transport(LOOPBACK).post(Parcel("https://x.example", b"", {})))


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("0", 0.0),
        ("120", 120.0),
        ("Tue, 24 Nov 2026 09:01:30 GMT", 90.0),
        ("Tue, 24 Nov 2026 09:01:30 -0000", 90.0),
        ("Tue, 24 Nov 2026 08:00:00 GMT", 0.0),
        ("99999999999", 86400.0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, seconds: float | None) -> None:
    assert retry_after(header, NOW) == seconds
