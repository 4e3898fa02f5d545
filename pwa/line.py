"""The kept-alive connections to one push service, at the addresses that were looked at."""

from __future__ import annotations

import asyncio
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

from pwa.wire import Head, Wire

CONNECTIONS = 8
"""At once to one service: 80 pushes a second where an answer takes 0.1 s. Each holds 300 kB."""
REST_SECONDS = 15.0
"""How long a connection is kept without a request."""
NAMES_KEPT_SECONDS = 300.0
NEXT_ADDRESS_SECONDS = 2.0
"""How long an address is tried where there is another."""

Lookup = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host at a port; raises OSError where it has none."""


class PrivateAddress(OSError):
    """A name of the open internet that points into a private network."""


async def looked_up(host: str, port: int) -> list[str]:
    """What this machine's resolver says."""
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise OSError("no host name") from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


class Line:
    """Connections to one origin."""

    def __init__(
        self, origin: str, trust: ssl.SSLContext, lookup: Lookup, *, takes_loopback: bool
    ) -> None:
        parts = urlsplit(origin)
        self._tls = trust if parts.scheme == "https" else None
        self._host = parts.hostname or ""
        self._port = parts.port or (443 if self._tls else 80)
        self._lookup = lookup
        self._takes_loopback = takes_loopback
        self._turn = asyncio.Semaphore(CONNECTIONS)
        self._open = 0
        self._resting: list[Wire] = []
        self._addresses: list[str] = []
        self._known_until = 0.0
        self._sweep: asyncio.TimerHandle | None = None

    @property
    def is_idle(self) -> bool:
        """Whether nothing is asked and no connection kept."""
        return not self._open and not self._resting

    async def ask(self, request: bytes, seconds: float) -> Head:
        """What the service answers; raises OSError where nothing comes within `seconds`."""
        self._open += 1
        wire: Wire | None = None
        try:
            async with asyncio.timeout(seconds), self._turn:
                wire = self._rested() or await self._new_wire()
                return await wire.ask(request)
        except BaseException as error:
            if wire is not None:
                wire.close()
                if wire.head is not None and isinstance(error, TimeoutError):
                    # It did answer; that its body does not end is nobody's concern.
                    return wire.head
            raise
        finally:
            self._open -= 1
            if wire is not None and wire.is_whole:
                self._rest(wire)

    def close(self) -> None:
        """End every connection that is not in use."""
        if self._sweep is not None:
            self._sweep.cancel()
        for wire in self._resting:
            wire.close()
        self._resting.clear()

    def _rested(self) -> Wire | None:
        while self._resting:
            wire = self._resting.pop()
            if wire.is_whole:
                return wire
        return None

    def _rest(self, wire: Wire) -> None:
        self._resting.append(wire)
        if self._sweep is None:
            loop = asyncio.get_running_loop()
            self._sweep = loop.call_later(REST_SECONDS, self._end_rested)

    def _end_rested(self) -> None:
        """Close what rested long enough; the first of the list rest longest."""
        loop = asyncio.get_running_loop()
        before, self._sweep = loop.time() - REST_SECONDS / 2, None
        kept = [wire for wire in self._resting if wire.is_whole and wire.rests_since > before]
        for wire in self._resting:
            if wire not in kept:
                wire.close()
        self._resting = kept
        if kept:
            self._sweep = loop.call_later(REST_SECONDS, self._end_rested)

    async def _new_wire(self) -> Wire:
        loop, addresses = asyncio.get_running_loop(), await self._checked()
        for address in addresses:
            is_last = address is addresses[-1]
            try:
                async with asyncio.timeout(None if is_last else NEXT_ADDRESS_SECONDS):
                    _, wire = await loop.create_connection(
                        Wire,
                        address,
                        self._port,
                        ssl=self._tls,
                        server_hostname=self._host if self._tls else None,
                    )
                    return wire
            except OSError:
                if is_last:
                    raise
        raise OSError("no address")

    async def _checked(self) -> list[str]:
        """The host's addresses, all of them public; raises OSError otherwise."""
        now = asyncio.get_running_loop().time()
        if now >= self._known_until:
            found = await self._lookup(self._host, self._port)
            if not all(self._may_reach(address) for address in found):
                raise PrivateAddress(f"a push host resolves to a private address: {self._host}")
            self._addresses, self._known_until = found, now + NAMES_KEPT_SECONDS
        return self._addresses

    def _may_reach(self, text: str) -> bool:
        address = ipaddress.ip_address(text.partition("%")[0])
        if self._takes_loopback and address.is_loopback:
            return True
        return address.is_global and not address.is_multicast
