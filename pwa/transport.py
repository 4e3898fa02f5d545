"""The one function that reaches the network for a push: post(parcel) and what it answered.

Kept-alive HTTP/1.1, no redirects, no proxies from the environment. An endpoint is checked again
here, and names are resolved once and refused where they point inward, so that the address that
was checked is the address that is connected to.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import ssl
from email.utils import parsedate_to_datetime
from types import TracebackType
from typing import NamedTuple, Self

from models.endpoint import PushHosts
from pwa.line import Line, Lookup, PrivateAddress, looked_up
from pwa.push import Parcel

TIMEOUT_SECONDS = 10.0
LONGEST_WAIT_SECONDS = 24 * 3600
_LINES_KEPT = 1000
_PARTS = re.compile(r"(https?)://([^/?]+)(.*)", re.IGNORECASE)


class Unreachable(Exception):
    """No answer: a timeout, a reset, a name that does not resolve. It may pass."""


class Forbidden(Exception):
    """The endpoint may not be posted to: not a known push service, or it points inward."""


class Answer(NamedTuple):
    """A push service's status, and the seconds it asks us to wait (None where it does not)."""

    status: int
    retry_after: float | None = None


class Transport:
    """Kept-alive connections to the push services; an async context manager."""

    def __init__(
        self,
        hosts: PushHosts,
        *,
        trust: ssl.SSLContext | None = None,
        lookup: Lookup = looked_up,
        timeout: float = TIMEOUT_SECONDS,
    ) -> None:
        self._hosts = hosts
        self._trust = trust
        self._lookup = lookup
        self._timeout = timeout
        self._lines: dict[str, Line] = {}
        self._is_open = False

    async def __aenter__(self) -> Self:
        self._is_open = True
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_open = False
        for line in self._lines.values():
            line.close()
        # The loop ends them in its next turn.
        await asyncio.sleep(0)

    async def post(self, parcel: Parcel) -> Answer:
        """Post one parcel; raises Unreachable or Forbidden where there is no answer."""
        if not self._is_open:
            raise RuntimeError("a transport is entered before it is used")
        parts = _PARTS.fullmatch(parcel.endpoint)
        if parts is None or not self._hosts.takes(parcel.endpoint):
            raise Forbidden("not a known push host")
        scheme, authority, target = parts.groups()
        line = self._line(f"{scheme}://{authority}".lower())
        try:
            head = await line.ask(_request(authority, target, parcel), self._timeout)
        except PrivateAddress as error:
            raise Forbidden("a push host points inward") from error
        except OSError as error:
            raise Unreachable(type(error).__name__) from error
        return Answer(head.status, retry_after(head.headers.get("retry-after")))

    def _line(self, origin: str) -> Line:
        found = self._lines.get(origin)
        if found is None:
            if len(self._lines) >= _LINES_KEPT:
                self._lines = {name: one for name, one in self._lines.items() if not one.is_idle}
            self._trust = self._trust or _trust()
            found = self._lines[origin] = Line(
                origin, self._trust, self._lookup, takes_loopback=self._hosts.takes_loopback
            )
        return found


def _request(authority: str, target: str, parcel: Parcel) -> bytes:
    """The bytes of a POST; the endpoint's characters are checked (models/endpoint.py)."""
    path = target if target.startswith("/") else f"/{target}"
    lines = "".join(f"{name}: {value}\r\n" for name, value in parcel.headers.items())
    length = f"Content-Length: {len(parcel.body)}\r\n\r\n"
    head = f"POST {path} HTTP/1.1\r\nHost: {authority}\r\n{lines}{length}"
    return head.encode("ascii") + parcel.body


def _trust() -> ssl.SSLContext:
    """This machine's certificate authorities; the name in the certificate is checked."""
    made = ssl.create_default_context()
    made.set_alpn_protocols(["http/1.1"])
    return made


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
