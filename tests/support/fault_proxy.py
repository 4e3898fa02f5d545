"""A proxy on loopback that does to a phone what networks, gateways, portals and caches do."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from enum import StrEnum

PATIENCE_SECONDS = 30.0
LATE_SECONDS = 2.0
_END = b"\r\n\r\n"
_AT_ONCE = struct.pack("ii", 1, 0)
_PORTAL = "<!DOCTYPE html><title>Wi-Fi</title><p>ログインしてください。</p>".encode()
_PORTAL_PATH = "/fault-proxy/portal"


class Fault(StrEnum):
    """What may happen to one request; numbers are answers that the town never gave."""

    RESET = "reset before the request"
    CUT_REQUEST = "cut in the request"
    SWALLOWED = "request swallowed"
    LOST_ANSWER = "answer lost after the commit"
    HALF_ANSWER = "answer cut in the middle"
    TWICE = "sent twice"
    LATE = "answer late"
    HANG = "answer withheld"
    PORTAL = "200 of a portal"
    STALE = "answer to another request"
    MOVED = "301 to a portal"
    NO_CONTENT = "204"
    BAD_REQUEST = "400"
    UNAUTHORIZED = "401"
    FORBIDDEN = "403"
    NOT_FOUND = "404"
    CONFLICT = "409"
    GONE = "410"
    TOO_LARGE = "413"
    UNPROCESSABLE = "422"
    TOO_MANY = "429"
    BROKEN = "500"
    BAD_GATEWAY = "502"
    UNAVAILABLE = "503"
    GATEWAY_TIMEOUT = "504"


BEFORE_THE_TOWN = frozenset(
    {Fault.PORTAL, Fault.MOVED} | {fault for fault in Fault if fault.value.isdigit()}
) - {Fault.GATEWAY_TIMEOUT}
"""Answered without asking the town; a gateway's 504 comes after it was asked."""


@dataclass(frozen=True)
class Asked:
    """One request as it came; header names in lower case."""

    method: str
    path: str
    headers: dict[str, str]
    raw: bytes
    """All of it, as it goes on to the town."""
    body: bytes


Choose = Callable[[Asked], Fault | None]


class FaultProxy:
    """Stands before one port. `choose` and `is_down` may be changed at any time.

    `done` counts the faults, `carried` the bytes of whole answers by path.
    """

    def __init__(self, town: int, choose: Choose = lambda _asked: None) -> None:
        self.town, self.choose = town, choose
        self.is_down = False
        self.late = LATE_SECONDS
        self.done: Counter[Fault] = Counter()
        self.carried: Counter[str] = Counter()
        self._last = b""
        self._open: set[socket.socket] = set()
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0), backlog=256)
        self.port: int = self._listener.getsockname()[1]
        self.url = f"http://localhost:{self.port}"
        threading.Thread(target=self._accept, daemon=True).start()

    def close(self) -> None:
        """Stop listening, and hang up on everybody."""
        self._hang_up(self._listener)
        with self._lock:
            left = list(self._open)
        for one in left:
            self._hang_up(one)

    def _accept(self) -> None:
        while True:
            try:
                phone, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(phone,), daemon=True).start()

    def _serve(self, phone: socket.socket) -> None:
        with self._kept(phone), contextlib.suppress(OSError):
            if self.is_down:
                _reset(phone)
                return
            asked = _read_request(phone)
            if asked is None:
                return
            fault = self.choose(asked)
            if fault is not None:
                with self._lock:
                    self.done[fault] += 1
            self._answer(phone, asked, fault)

    def _answer(self, phone: socket.socket, asked: Asked, fault: Fault | None) -> None:
        if asked.path.startswith(_PORTAL_PATH):
            phone.sendall(_page(200))
        elif fault is Fault.RESET:
            _reset(phone)
        elif fault is Fault.CUT_REQUEST:
            self._ask(asked.raw[: len(asked.raw) - len(asked.body) // 2 - 1], until_answered=False)
            _reset(phone)
        elif fault is Fault.SWALLOWED:
            _wait_for_the_end(phone)
        elif fault in BEFORE_THE_TOWN:
            phone.sendall(_made_up(fault))
        else:
            self._relay(phone, asked, fault)

    def _relay(self, phone: socket.socket, asked: Asked, fault: Fault | None) -> None:
        if fault is Fault.TWICE:
            first = threading.Thread(target=self._ask, args=(asked.raw,), daemon=True)
            first.start()
        answer = self._ask(asked.raw)
        before, self._last = self._last, answer if asked.method == "POST" else self._last
        if fault is Fault.HANG:
            _wait_for_the_end(phone)
        if fault is Fault.LATE:
            time.sleep(self.late)
        if fault is Fault.HALF_ANSWER:
            phone.sendall(answer[: len(answer) // 2])
        if fault is Fault.GATEWAY_TIMEOUT:
            answer = _page(504)
        if fault is Fault.STALE:
            answer = before
        if not answer or fault in (Fault.LOST_ANSWER, Fault.HALF_ANSWER, Fault.HANG):
            _reset(phone)
        else:
            with self._lock:
                self.carried[asked.path] += len(answer)
            phone.sendall(answer)

    def _ask(self, raw: bytes, *, until_answered: bool = True) -> bytes:
        """The town's whole answer; empty where it gave none."""
        with contextlib.suppress(OSError):
            town = socket.create_connection(("127.0.0.1", self.town), PATIENCE_SECONDS)
            with self._kept(town):
                town.sendall(raw)
                if until_answered:
                    return b"".join(iter(lambda: town.recv(65536), b""))
                _reset(town)
        return b""

    @contextmanager
    def _kept(self, one: socket.socket) -> Iterator[None]:
        one.settimeout(PATIENCE_SECONDS)
        with self._lock:
            self._open.add(one)
        try:
            yield
        finally:
            with self._lock:
                self._open.discard(one)
            one.close()

    @staticmethod
    def _hang_up(one: socket.socket) -> None:
        with contextlib.suppress(OSError):
            one.shutdown(socket.SHUT_RDWR)
        one.close()


@contextmanager
def fault_proxy(town: int, choose: Choose = lambda _asked: None) -> Iterator[FaultProxy]:
    """Before the port `town`, until the block ends."""
    proxy = FaultProxy(town, choose)
    try:
        yield proxy
    finally:
        proxy.close()


def _read_request(phone: socket.socket) -> Asked | None:
    """One whole request, or None where the phone left before its end."""
    got = b""
    while _END not in got:
        piece = phone.recv(65536)
        if not piece:
            return None
        got += piece
    head, _, body = got.partition(_END)
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value.strip() for name, _, value in (x.partition(":") for x in lines)}
    length = int(headers.get("content-length", 0))
    while len(body) < length:
        piece = phone.recv(65536)
        if not piece:
            return None
        body += piece
    method, path, _ = first.split(" ", 2)
    kept = [line for line in lines if not line.lower().startswith(("connection:", "keep-alive:"))]
    raw = "\r\n".join([first, *kept, "Connection: close"]).encode("latin-1") + _END + body
    return Asked(method, path, headers, raw, body)


def _made_up(fault: Fault) -> bytes:
    if fault is Fault.PORTAL:
        return _page(200)
    if fault is Fault.MOVED:
        return _page(301, f"Location: {_PORTAL_PATH}")
    if fault is Fault.NO_CONTENT:
        return b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    return _page(int(fault.value), "Retry-After: 1") if fault in _LATER else _page(int(fault.value))


_LATER = (Fault.TOO_MANY, Fault.UNAVAILABLE)


def _page(status: int, *headers: str) -> bytes:
    kind, length = "Content-Type: text/html; charset=utf-8", f"Content-Length: {len(_PORTAL)}"
    lines = [f"HTTP/1.1 {status} Made up", kind, length, "Connection: close", *headers]
    return "\r\n".join(lines).encode() + _END + _PORTAL


def _reset(one: socket.socket) -> None:
    """Hang up with a reset, so that nothing looks like the end of an answer."""
    one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)


def _wait_for_the_end(phone: socket.socket) -> None:
    """Until the phone hangs up, or patience ends."""
    with contextlib.suppress(TimeoutError):
        while phone.recv(65536):
            pass
