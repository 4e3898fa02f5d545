"""A line that breaks in the middle of a body, before the real web server: none of it is taken."""

from __future__ import annotations

import json
import re
import socket
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, ProxyHandler, Request, build_opener

import pytest

from tests.support.town_process import Served, served

FORM = "application/x-www-form-urlencoded"
PADDING = 1500


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("town") / "instance"


@pytest.fixture(scope="module")
def town(folder: Path) -> Iterator[Served]:
    # A proxy for the outside stands in nobody's way here.
    with served(folder, http_proxy="http://127.0.0.1:9", no_proxy="") as town:
        yield town


def one(folder: Path, query: str) -> int | str:
    with closing(sqlite3.connect(folder / "kizuki.sqlite3")) as connection:
        (found,) = connection.execute(query).fetchone()
        assert isinstance(found, int | str)
        return found


def notes(folder: Path) -> int:
    return int(one(folder, "SELECT (SELECT count(*) FROM observation)"))


def post(
    town: Served, path: str, kind: str, body: bytes, length: str, *more: str, ends: bool = True
) -> bytes:
    """Send what there is of a body, close this side of the line, and read the answer."""
    head = [f"POST {path} HTTP/1.1", f"Host: 127.0.0.1:{town.port}", f"Content-Type: {kind}"]
    sent = "\r\n".join([*head, length, "Connection: close", *more, "", ""]).encode() + body
    with closing(socket.create_connection(("127.0.0.1", town.port), timeout=20)) as line:
        line.sendall(sent)
        if ends:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def test_a_sealed_note_that_breaks_off_is_not_taken(town: Served, folder: Path) -> None:
    before = notes(folder)
    kind, body = "application/octet-stream", bytes(1000)
    for length in ("Content-Length: 4000", "Transfer-Encoding: chunked"):
        sent = body if "4000" in length else b"3e8\r\n" + body
        answer = post(town, "/api/v1/observations", kind, sent, length)
        assert b" 201 " not in answer.partition(b"\r\n")[0]
    assert notes(folder) == before


def test_a_whole_body_of_untold_length_is_refused_in_words_of_its_own(
    town: Served, folder: Path
) -> None:
    before = notes(folder)
    whole = b"3e8\r\n" + bytes(1000) + b"\r\n0\r\n\r\n"
    kind, language = "application/octet-stream", "Accept-Language: ja"
    length = "Transfer-Encoding: chunked"
    answer = post(town, "/api/v1/observations", kind, whole, length, language, ends=False)
    assert answer.startswith(b"HTTP/1.1 411 ")
    told = json.loads(answer.partition(b"\r\n\r\n")[2])
    assert told["type"] == "urn:kizuki:problem:frame.error.no_length"
    assert "もう一度送っても同じです" in told["title"]
    assert notes(folder) == before


def test_a_form_that_breaks_off_is_not_taken_and_the_whole_one_is(
    town: Served, folder: Path
) -> None:
    desk = uuid.UUID(str(one(folder, "SELECT id FROM desk WHERE kind = 'intake_point' LIMIT 1")))
    path = f"/desks/{desk}/note"
    browser = build_opener(ProxyHandler({}), HTTPCookieProcessor())
    page = browser.open(town.url + path, timeout=20)
    cookie = page.headers["Set-Cookie"].partition(";")[0]
    hidden = dict(
        re.findall(r'name="(csrf_token|id|receipt)"[^>]*value="([^"]+)"', page.read().decode())
    )
    fields = hidden | {
        "place": "518-0701",
        "urgency": "soon",
        "signs": "not_seen",
        "words": "x" * PADDING,
    }
    body = urlencode(fields | {"not_nearby": "1"}).encode()
    whole = f"Content-Length: {len(body)}"
    before = notes(folder)
    answer = post(town, path, FORM, body[: len(body) // 2], whole, f"Cookie: {cookie}")
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert notes(folder) == before
    sent = browser.open(Request(town.url + path, body), timeout=20)
    assert sent.status in (200, 201)
    assert notes(folder) == before + 1
