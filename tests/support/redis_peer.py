"""A Redis of the tests on loopback: the few commands of the limiter, in RESP3, and its one script.

It can be told to fall silent and to come back at the same port, as a server that is restarted.
"""

from __future__ import annotations

import hashlib
import socket
import socketserver
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import BinaryIO

_OK = b"+OK\r\n"


class RedisPeer:
    """What is counted, and every name and value that came over the line."""

    def __init__(self) -> None:
        self.port = 0
        self.counts: dict[str, int] = {}
        self.ends: dict[str, float] = {}
        self.heard: list[bytes] = []
        self._scripts: set[str] = set()
        self._lines: list[socket.socket] = []
        self._server: socketserver.ThreadingTCPServer | None = None

    @property
    def url(self) -> str:
        """Its address."""
        return f"redis://127.0.0.1:{self.port}"

    def start(self) -> None:
        """Listen, at the port of before where there was one."""
        peer = self

        class Line(socketserver.StreamRequestHandler):
            def setup(self) -> None:
                super().setup()
                peer._lines.append(self.request)

            def handle(self) -> None:
                while words := _read(self.rfile):
                    peer.heard += words
                    self.wfile.write(peer.answer(*(word.decode() for word in words)))

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = True
            daemon_threads = True

        self._server = Server(("127.0.0.1", self.port), Line)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        """Hang up on everybody, and listen no more; what was counted stays."""
        assert self._server is not None
        self._server.shutdown()
        self._server.server_close()
        while self._lines:
            with suppress(OSError):
                self._lines.pop().shutdown(socket.SHUT_RDWR)

    def answer(self, command: str, *args: str) -> bytes:
        """What Redis says to one command."""
        match command.upper(), args:
            case "HELLO", _:
                return b"%1\r\n+proto\r\n:3\r\n"
            case "PING", _:
                return b"+PONG\r\n"
            case "SCRIPT", ("LOAD", text):
                sha = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
                self._scripts.add(sha)
                return b"$40\r\n" + sha.encode() + b"\r\n"
            case "EVALSHA", (sha, "1", key, expiry, amount):
                if sha not in self._scripts:
                    return b"-NOSCRIPT No matching script.\r\n"
                return b":%d\r\n" % self._more(key, int(expiry), int(amount))
            case "GET", (key,):
                found = str(self._now(key)).encode()
                return b"$%d\r\n%s\r\n" % (len(found), found)
            case "TTL", (key,):
                return b":%d\r\n" % max(int(self.ends.get(key, 0) - time.time()), -2)
            case "DEL", (key,):
                return b":%d\r\n" % (self.counts.pop(key, 0) > 0)
        return _OK

    def _now(self, key: str) -> int:
        return self.counts.get(key, 0) if self.ends.get(key, 0) > time.time() else 0

    def _more(self, key: str, expiry: int, amount: int) -> int:
        """As `incr_expire.lua` of the library does."""
        found = self.counts[key] = self._now(key) + amount
        if found == amount:
            self.ends[key] = time.time() + expiry
        return found


def _read(line: BinaryIO) -> list[bytes]:
    """One command: `*n`, then each word with its length; nothing where the line ended."""
    head = line.readline()
    words = []
    for _ in range(int(head[1:]) if head.startswith(b"*") else 0):
        size = int(line.readline()[1:])
        words.append(line.read(size + 2)[:size])
    return words


@contextmanager
def redis_peer() -> Iterator[RedisPeer]:
    """A running one."""
    peer = RedisPeer()
    peer.start()
    yield peer
    peer.stop()
