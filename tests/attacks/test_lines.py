"""D15, the line: requests that two servers would part differently, before the real web server."""

from __future__ import annotations

import shutil
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from models.keys import KeyRing
from models.store import Store
from tests import town
from tests.load.server import Server, granian
from tests.town import MORNING

SMUGGLED = b"GET /smuggled HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory, model_file: Path) -> Iterator[Server]:
    """The web server as `serve` starts it, over the small town."""
    folder = tmp_path_factory.mktemp("web")
    shutil.copy(model_file, folder / "kizuki.sqlite3")
    store = Store(f"sqlite:///{folder}/kizuki.sqlite3", KeyRing.create(folder / "keys.json"))
    with store.write() as session:
        town.build(session, MORNING, noise=False)
    store.close()
    with granian("app:create_app", {"KIZUKI_INSTANCE": str(folder)}) as server:
        yield server


def said(web: Server, raw: bytes) -> bytes:
    """All that comes back for some bytes, until the server hangs up or we have heard enough."""
    with closing(socket.create_connection(("127.0.0.1", web.port), timeout=20)) as line:
        line.sendall(raw)
        line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def statuses(answer: bytes) -> list[int]:
    """The status of each answer on the line."""
    heads = answer.split(b"HTTP/1.")[1:]
    return [int(head.split(b" ", 2)[1]) for head in heads]


HEAD = (
    b"POST /api/v1/observations HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
)
BENT = {
    "two lengths": HEAD + b"Content-Length: 2\r\nContent-Length: 45\r\n\r\n{}" + SMUGGLED,
    "length and chunks": HEAD
    + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"
    + SMUGGLED,
    "chunks in disguise": HEAD
    + b"Transfer-Encoding: xchunked\r\nContent-Length: 2\r\n\r\n{}"
    + SMUGGLED,
    "a length with a sign": HEAD + b"Content-Length: +2\r\n\r\n{}" + SMUGGLED,
    "a length below nought": HEAD + b"Content-Length: -1\r\n\r\n{}" + SMUGGLED,
    "a blank before the colon": HEAD + b"Content-Length : 2\r\n\r\n{}" + SMUGGLED,
    "a bare line end": b"GET /about HTTP/1.1\nHost: localhost\nX: y\rGET /x HTTP/1.1\n\n",
    "100k headers": b"GET /about HTTP/1.1\r\nHost: localhost\r\n" + b"x: y\r\n" * 100_000 + b"\r\n",
    "a long header": b"GET /about HTTP/1.1\r\nHost: localhost\r\nx: "
    + b"y" * 2_000_000
    + b"\r\n\r\n",
    "a long path": b"GET /" + b"a" * 200_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "HTTP/0.9": b"GET /about\r\n",
    "no host": b"GET /about HTTP/1.1\r\n\r\n",
    "two hosts": b"GET /about HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n",
    "another site's address": b"GET http://evil.example/about HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "no method": b"\x16\x03\x01\x02\x00\x01\x00",
    "NUL": b"GET /\x00about HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.parametrize("how", BENT)
def test_d15_a_bent_request_is_one_request_or_none_and_the_next_is_answered(
    web: Server, how: str
) -> None:
    answer = said(web, BENT[how])
    told = statuses(answer)
    assert all(status < 500 for status in told)
    assert b"evil.example" not in answer
    if how != "length and chunks":
        # There the chunks count (RFC 9112, 6.3), and what follows them is a request of its own.
        assert len(told) < 2
    good = b"GET /about HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert statuses(said(web, good)) == [200]
