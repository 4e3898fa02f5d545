"""One kept-alive connection to a push service: HTTP/1.1, one request at a time.

A push asks for very little: a POST goes out whole, and of the answer the status and one header
count. So this reads heads, and bodies only to know where the next answer begins; whatever it does
not understand ends the connection.
"""

from __future__ import annotations

import asyncio
from typing import NamedTuple

LONGEST_ANSWER_BYTES = 2**16
_BLANK = b"\r\n\r\n"
_CONTINUE = range(100, 200)
_BODILESS = (204, 304)


class Garbled(ConnectionError):
    """What came is no answer of HTTP/1.x."""


class Head(NamedTuple):
    """An answer's status, and its headers by name in small letters."""

    status: int
    is_new: bool
    """Whether it is HTTP/1.1, which keeps the connection where nobody says otherwise."""
    headers: dict[str, str]


class Wire(asyncio.Protocol):
    """The protocol of one connection."""

    def __init__(self) -> None:
        self._transport: asyncio.Transport | None = None
        self._buffer = b""
        self._answer: asyncio.Future[Head] | None = None
        self.head: Head | None = None
        """The head of the last answer, from when it came, its body whole or not."""
        self.rests_since = 0.0
        """When its last answer was whole, by the loop's clock."""

    @property
    def is_whole(self) -> bool:
        """Whether it can take a request."""
        return self._transport is not None and not self._transport.is_closing()

    async def ask(self, request: bytes) -> Head:
        """Send a whole request; gives the head once its answer is whole, or gets no further.

        Raises OSError where the connection ends before there is one. Who stops waiting closes it.
        """
        if self._transport is None or not self.is_whole:
            raise ConnectionResetError("closed")
        self.head = None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer

    def close(self) -> None:
        """End it at once."""
        if self._transport is not None:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self.head is not None:
            self._give(self.head)
        elif self._answer is not None and not self._answer.done():
            self._answer.set_exception(exc or ConnectionResetError("closed"))

    def data_received(self, data: bytes) -> None:
        self._buffer = self._buffer + data if self._buffer else data
        if self._answer is None or self._answer.done():
            self.close()
            return
        try:
            self._read()
        except ValueError as error:
            self._answer.set_exception(Garbled(str(error)))
            self.close()

    def _read(self) -> None:
        while self.head is None:
            end = self._buffer.find(_BLANK)
            if end < 0:
                if len(self._buffer) > LONGEST_ANSWER_BYTES:
                    raise ValueError("an endless head")
                return
            head = _head_of(self._buffer[:end].decode("latin-1"))
            self._buffer = self._buffer[end + len(_BLANK) :]
            if head.status not in _CONTINUE:
                self.head = head
        whole = _end_of(self.head, self._buffer)
        if whole is None and len(self._buffer) <= LONGEST_ANSWER_BYTES:
            return
        if whole != len(self._buffer) or not _is_kept(self.head):
            self.close()
        self._buffer = b""
        self._give(self.head)

    def _give(self, head: Head) -> None:
        if self._answer is not None and not self._answer.done():
            self.rests_since = asyncio.get_running_loop().time()
            self._answer.set_result(head)


def _head_of(text: str) -> Head:
    """Raises ValueError where it is none."""
    first, *lines = text.split("\r\n")
    version, _, rest = first.partition(" ")
    code = rest[:3]
    if version not in ("HTTP/1.1", "HTTP/1.0") or not (code.isascii() and code.isdecimal()):
        raise ValueError("no status line")
    pairs = (line.partition(":") for line in lines)
    headers = {name.strip().lower(): value.strip() for name, _, value in pairs}
    return Head(int(code), version == "HTTP/1.1", headers)


def _is_kept(head: Head) -> bool:
    said = head.headers.get("connection", "").lower()
    return head.is_new and "close" not in said


def _end_of(head: Head, body: bytes) -> int | None:
    """Where the body ends; None where more has to come. Raises ValueError for no length."""
    if head.status in _BODILESS:
        return 0
    coding = head.headers.get("transfer-encoding")
    if coding is not None:
        return _end_of_chunks(body) if coding.lower() == "chunked" else -1
    length = head.headers.get("content-length")
    if length is None:
        # It lasts until the connection ends; that far nobody reads.
        return -1
    if not (length.isascii() and length.isdecimal()):
        raise ValueError("no length")
    return int(length) if len(body) >= int(length) else None


def _end_of_chunks(body: bytes) -> int | None:
    at = 0
    while (line := body.find(b"\r\n", at)) >= 0:
        size = int(body[at:line].partition(b";")[0], 16)
        if size < 0:
            raise ValueError("no length")
        if size == 0:
            if body[line : line + 4] == _BLANK:
                return line + 4
            trailers = body.find(_BLANK, line + 2)
            return trailers + len(_BLANK) if trailers >= 0 else None
        at = line + 2 + size + 2
    return None
