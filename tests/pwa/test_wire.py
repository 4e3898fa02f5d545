"""One connection: where an answer ends, when it is kept, and what ends it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import pytest

from models.endpoint import PushHosts
from pwa import line
from pwa.push import Parcel
from pwa.transport import Answer, Transport, Unreachable
from pwa.wire import LONGEST_ANSWER_BYTES

CREATED = b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\n\r\n"
Answers = Callable[[asyncio.StreamWriter], Coroutine[Any, Any, None]]


class Service:
    """A push service that says, byte for byte, what a test wants; an empty part is a pause."""

    def __init__(self, *answers: list[bytes]) -> None:
        self.answers = list(answers)
        self.requests: list[bytes] = []
        self.connections = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer what comes on one connection, in the order given."""
        self.connections += 1
        try:
            while self.answers:
                head = await reader.readuntil(b"\r\n\r\n")
                self.requests.append(head + await reader.readexactly(1))
                for part in self.answers.pop(0):
                    if not part:
                        break
                    writer.write(part)
                    await writer.drain()
                    # What follows comes in a segment of its own.
                    await asyncio.sleep(0.01)
                else:
                    continue
                await reader.read()
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            writer.close()


def posted(*answers: list[bytes], timeout: float = 5) -> tuple[list[object], Service]:
    """What one transport makes of these answers, one after the other."""

    async def work() -> tuple[list[object], Service]:
        service = Service(*answers)
        server = await asyncio.start_server(service.take, "127.0.0.1", 0)
        origin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        found: list[object] = []
        async with Transport(PushHosts(["loopback"]), timeout=timeout) as way:
            for _ in range(len(answers)):
                try:
                    found.append(await way.post(Parcel(f"{origin}?a=1", b"x", {"TTL": "1"})))
                except Unreachable:
                    found.append(None)
        server.close()
        await server.wait_closed()
        return found, service

    return asyncio.run(asyncio.wait_for(work(), 20))


KEPT = {
    "a length": [b"HTTP/1.1 201 Created\r\ncontent-length:  3\r\n\r\nabc"],
    "in pieces": [b"HTTP/1.1 201 Cre", b"ated\r\nContent-Length: 3\r", b"\n\r\na", b"bc"],
    "no body": [b"HTTP/1.1 204 No Content\r\n\r\n"],
    "chunks": [b"HTTP/1.1 201 \r\nTransfer-Encoding: chunked\r\n\r\n3;x=y\r\nabc\r\n0\r\n\r\n"],
    "chunks in pieces": [
        b"HTTP/1.1 201 Created\r\nTransfer-Encoding: Chunked\r\n\r\n3",
        b"\r\nab",
        b"c\r\n0\r",
        b"\nExpires: 1\r\n",
        b"\r\n",
    ],
    "a word before": [b"HTTP/1.1 103 Early Hints\r\nLink: a\r\n\r\n", CREATED],
}


@pytest.mark.parametrize("answer", KEPT.values(), ids=KEPT.keys())
def test_after_a_whole_answer_the_connection_serves_again(answer: list[bytes]) -> None:
    found, service = posted(answer, [CREATED])
    assert [one.status // 100 for one in found if isinstance(one, Answer)] == [2, 2]
    assert service.connections == 1


ENDED = {
    "said": [b"HTTP/1.1 201 Created\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"],
    "old": [b"HTTP/1.0 201 Created\r\nContent-Length: 0\r\n\r\n"],
    "no length": [b"HTTP/1.1 201 Created\r\n\r\nabc"],
    "another coding": [b"HTTP/1.1 201 Created\r\nTransfer-Encoding: gzip, chunked\r\n\r\nabc"],
    "too much": [CREATED + b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"],
    "too long": [
        b"HTTP/1.1 201 Created\r\nContent-Length: 99999999\r\n\r\n"
        + b"x" * (LONGEST_ANSWER_BYTES + 1)
    ],
}


@pytest.mark.parametrize("answer", ENDED.values(), ids=ENDED.keys())
def test_what_leaves_doubt_about_the_next_answer_ends_the_connection(answer: list[bytes]) -> None:
    found, service = posted([*answer, b""], [CREATED])
    assert found == [Answer(201), Answer(201)]
    assert service.connections == 2


GARBLED = {
    "no answer": [b"hello\r\n\r\n"],
    "another protocol": [b"HTTP/2 201\r\n\r\n"],
    "no status": [b"HTTP/1.1 abc Created\r\n\r\n"],
    "no number": [b"HTTP/1.1 201 Created\r\nContent-Length: many\r\n\r\n"],
    "no chunk": [b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n"],
    "a chunk below nothing": [b"HTTP/1.1 201 \r\nTransfer-Encoding: chunked\r\n\r\n-5\r\n"],
    "endless": [b"HTTP/1.1 201 Created\r\n" + b"x" * (LONGEST_ANSWER_BYTES + 1)],
}


@pytest.mark.parametrize("answer", GARBLED.values(), ids=GARBLED.keys())
def test_what_is_no_answer_counts_as_none(answer: list[bytes]) -> None:
    found, service = posted([*answer, b""], [CREATED])
    assert found == [None, Answer(201)]
    assert service.connections == 2


def test_who_gave_no_answer_in_time_is_not_asked_again_on_that_connection() -> None:
    found, service = posted([b""], [CREATED], timeout=0.3)
    assert found == [None, Answer(201)]
    assert service.connections == 2


def test_a_head_is_an_answer_though_its_body_never_ends() -> None:
    stuck = [b"HTTP/1.1 429 Slow\r\nRetry-After: 7\r\nContent-Length: 9\r\n\r\nabc", b""]
    found, service = posted(stuck, [CREATED], timeout=0.3)
    assert found == [Answer(429, 7.0), Answer(201)]
    assert service.connections == 2


def test_a_head_is_an_answer_though_the_connection_ends_within_the_body() -> None:
    found, _ = posted([b"HTTP/1.1 410 Gone\r\nContent-Length: 9\r\n\r\nabc"])
    assert found == [Answer(410)]


def test_a_request_is_whole_and_nothing_else() -> None:
    _, service = posted([CREATED])
    head, _, body = service.requests[0].partition(b"\r\n\r\n")
    first, host, *others = head.split(b"\r\n")
    assert first == b"POST /?a=1 HTTP/1.1"
    assert host.startswith(b"Host: 127.0.0.1:")
    assert (others, body) == ([b"TTL: 1", b"Content-Length: 1"], b"x")


@pytest.mark.parametrize("unasked", [b"", b"HTTP/1.1 404 Not Found\r\n\r\n"])
def test_a_resting_connection_that_ends_or_speaks_is_not_used(unasked: bytes) -> None:
    async def work() -> list[int]:
        async def take(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(CREATED)
            await taken.wait()
            writer.write(unasked) if unasked else writer.close()
            await reader.read()
            writer.close()

        taken, found = asyncio.Event(), []
        server = await asyncio.start_server(take, "127.0.0.1", 0)
        endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
        async with Transport(PushHosts(["loopback"])) as way:
            for _ in range(2):
                taken.clear()
                found.append((await way.post(Parcel(endpoint, b"", {}))).status)
                (one,) = way._lines.values()
                (wire,) = one._resting
                taken.set()
                while wire.is_whole:
                    await asyncio.sleep(0)
        server.close()
        await server.wait_closed()
        return found

    assert asyncio.run(asyncio.wait_for(work(), 20)) == [201, 201]


def test_at_once_a_service_sees_no_more_connections_than_the_limit(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(line, "CONNECTIONS", 3)
    monkeypatch.setattr(line, "REST_SECONDS", 0.05)

    async def work() -> tuple[Service, list[Answer], bool]:
        service = Service(*([CREATED] for _ in range(20)))
        server = await asyncio.start_server(service.take, "127.0.0.1", 0)
        endpoint = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/x"
        async with Transport(PushHosts(["loopback"])) as way:
            posts = (way.post(Parcel(endpoint, b"x", {})) for _ in range(20))
            found = await asyncio.gather(*posts)
            (one,) = way._lines.values()
            while not one.is_idle:
                await asyncio.sleep(0.01)
        server.close()
        await server.wait_closed()
        return service, found, one.is_idle

    service, found, is_idle = asyncio.run(asyncio.wait_for(work(), 20))
    assert service.connections <= 3
    assert found == [Answer(201)] * 20
    assert is_idle, "what rests is ended in time"
