"""The one function that reaches the network for a push: post(parcel) and what it answered.

Kept-alive HTTP/1.1, no redirects, no proxies from the environment. An endpoint is checked again
here, and names are resolved once and refused where they point inward, so that the address that
was checked is the address that is connected to.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import NamedTuple, Self

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from aiohttp.resolver import ThreadedResolver
from yarl import URL

from models.endpoint import LOOPBACK_HOSTS, PushHosts, is_public
from pwa.push import Parcel

CONNECTIONS = 64
CONNECTIONS_PER_HOST = 32
"""Each holds 256 kB for its TLS; so many carry 300 pushes a second to a service 0.1 s away."""
TIMEOUT_SECONDS = 10.0
DNS_CACHE_SECONDS = 300
LONGEST_WAIT_SECONDS = 24 * 3600


class Unreachable(Exception):
    """No answer: a timeout, a reset, a name that does not resolve. It may pass."""


class Forbidden(Exception):
    """The endpoint may not be posted to: not a known push service, or it points inward."""


class Answer(NamedTuple):
    """A push service's status, and the seconds it asks us to wait (None where it does not)."""

    status: int
    retry_after: float | None = None


class PublicResolver(AbstractResolver):
    """Resolves push hosts and refuses private addresses; the connector uses what it returns."""

    def __init__(self, inner: AbstractResolver, *, takes_loopback: bool = False) -> None:
        self._inner = inner
        self._takes_loopback = takes_loopback

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        """Every address of `host`, all of them public; raises OSError otherwise."""
        found = await self._inner.resolve(host, port, family)
        if not all(self._may_reach(host, result["host"]) for result in found):
            raise PrivateAddress(f"a push host resolves to a private address: {host}")
        return found

    async def close(self) -> None:
        """Close the resolver behind this one."""
        await self._inner.close()

    def _may_reach(self, host: str, address: str) -> bool:
        """No name of the open internet leads to this machine, also where tests may."""
        if self._takes_loopback and host in LOOPBACK_HOSTS:
            return ipaddress.ip_address(address).is_loopback
        return is_public(address)


class PrivateAddress(OSError):
    """A name of the open internet that points into a private network."""


class Transport:
    """Kept-alive connections to the push services; an async context manager."""

    def __init__(
        self,
        hosts: PushHosts,
        *,
        trust: ssl.SSLContext | None = None,
        resolver: AbstractResolver | None = None,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._hosts = hosts
        self._trust = trust
        self._resolver = resolver
        self._timeout = aiohttp.ClientTimeout(total=timeout)
        self._session: aiohttp.ClientSession | None = None
        self._open: tuple[aiohttp.ClientSession | PublicResolver, ...] = ()

    async def __aenter__(self) -> Self:
        resolver = PublicResolver(
            self._resolver or ThreadedResolver(), takes_loopback=self._hosts.takes_loopback
        )
        connector = aiohttp.TCPConnector(
            limit=CONNECTIONS,
            limit_per_host=CONNECTIONS_PER_HOST,
            ttl_dns_cache=DNS_CACHE_SECONDS,
            resolver=resolver,
            ssl=self._trust or True,
        )
        self._session = aiohttp.ClientSession(
            connector=connector,
            timeout=self._timeout,
            trust_env=False,
            cookie_jar=aiohttp.DummyCookieJar(),
            auto_decompress=False,
            skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding"),
        )
        self._open = (self._session, resolver)
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for part in self._open:
            await part.close()

    async def post(self, parcel: Parcel) -> Answer:
        """Post one parcel; raises Unreachable or Forbidden where there is no answer."""
        if self._session is None:
            raise RuntimeError("a transport is entered before it is used")
        if not self._hosts.takes(parcel.endpoint):
            raise Forbidden("not a known push host")
        try:
            async with self._session.post(
                URL(parcel.endpoint, encoded=True),
                data=parcel.body,
                headers=parcel.headers,
                allow_redirects=False,
            ) as response:
                return Answer(response.status, retry_after(response.headers.get("Retry-After")))
        except aiohttp.ClientConnectorError as error:
            if isinstance(error.os_error, PrivateAddress):
                raise Forbidden("a push host points inward") from error
            raise Unreachable(type(error).__name__) from error
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise Unreachable(type(error).__name__) from error


def retry_after(header: str | None, now: dt.datetime | None = None) -> float | None:
    """Seconds of a Retry-After header, which holds seconds or a date; None where it is neither."""
    if header is None:
        return None
    if header.strip().isdecimal():
        return min(float(header), LONGEST_WAIT_SECONDS)
    try:
        until = parsedate_to_datetime(header)
    except ValueError:
        return None
    if until.tzinfo is None:
        until = until.replace(tzinfo=dt.UTC)
    wait = (until - (now or dt.datetime.now(dt.UTC))).total_seconds()
    return min(max(wait, 0.0), LONGEST_WAIT_SECONDS)
