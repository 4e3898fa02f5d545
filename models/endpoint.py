"""Where a phone's push arrives: what is taken as an endpoint, when stored and when sent to.

The address comes from outside and the server posts to it, so only known push services pass.
"""

from __future__ import annotations

import base64
import binascii
import ipaddress
import re
from collections.abc import Iterable
from typing import NamedTuple
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric import ec

from models.errors import Invalid

MAX_ENDPOINT_LENGTH = 2048
LOOPBACK = "loopback"
"""The word in the list of push hosts that lets tests post to this machine."""
LOOPBACK_HOSTS = frozenset({"127.0.0.1", "localhost", "::1"})
_POINT_BYTES = 65
_AUTH_BYTES = 16
_ORIGINS_KEPT = 1000
# Visible ASCII without what parsers read differently: the fragment and the backslash.
_PLAIN = re.compile(r"[\x21-\x22\x24-\x5b\x5d-\x7e]+")
_AUTHORITY = re.compile(r"[^/?]*")
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
# What Python 3.11 takes for global, and is not; or leads to an IPv4 address within (6to4).
_ELSEWHERE = tuple(
    map(ipaddress.ip_network, ("192.0.0.0/24", "192.88.99.0/24", "2002::/16", "3fff::/20"))
)
_UNICAST = ipaddress.ip_network("2000::/3")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_IPV4_BITS = 0xFFFF_FFFF


class PushAddress(NamedTuple):
    """One phone's endpoint and keys (RFC 8291), as the browser gave them."""

    endpoint: str
    p256dh: str
    auth: str


class PushHosts:
    """The push services that may be posted to: names, `*.` suffixes, or the word `loopback`."""

    def __init__(self, patterns: Iterable[str]) -> None:
        patterns = tuple(pattern.lower() for pattern in patterns)
        self.takes_loopback = LOOPBACK in patterns
        self._names = frozenset(p for p in patterns if not p.startswith("*.") and p != LOOPBACK)
        self._origins: dict[str, bool] = {}
        self._suffixes = tuple(p[1:] for p in patterns if p.startswith("*."))

    def takes(self, endpoint: str) -> bool:
        """Whether this endpoint may be stored and posted to."""
        if len(endpoint) > MAX_ENDPOINT_LENGTH or not _PLAIN.fullmatch(endpoint):
            return False
        scheme, _, rest = endpoint.partition("://")
        origin = f"{scheme}://{_AUTHORITY.match(rest)[0]}"  # type: ignore[index]
        found = self._origins.get(origin)
        if found is None:
            if len(self._origins) >= _ORIGINS_KEPT:
                self._origins.clear()
            found = self._origins[origin] = self._takes_origin(origin)
        return found

    def _takes_origin(self, origin: str) -> bool:
        try:
            parts = urlsplit(origin)
            host, port = parts.hostname or "", parts.port
        except ValueError:
            return False
        if "@" in parts.netloc:
            return False
        if self.takes_loopback and host in LOOPBACK_HOSTS:
            return parts.scheme in ("http", "https")
        return parts.scheme == "https" and port in (None, 443) and self._knows(host)

    def _knows(self, host: str) -> bool:
        return host in self._names or (
            bool(self._suffixes) and host.endswith(self._suffixes) and not host.startswith(".")
        )


def checked(endpoint: str, p256dh: str, auth: str, hosts: PushHosts) -> PushAddress:
    """A browser's subscription, or Invalid naming the field that is not one."""
    if not hosts.takes(endpoint):
        raise Invalid("push.problem.endpoint", "endpoint")
    if not _is_point(_decoded(p256dh)):
        raise Invalid("push.problem.keys", "p256dh")
    if len(_decoded(auth)) != _AUTH_BYTES:
        raise Invalid("push.problem.keys", "auth")
    return PushAddress(endpoint, p256dh.rstrip("="), auth.rstrip("="))


def is_public(address: str) -> bool:
    """Whether a resolved address lies in the open internet, by the registries of IANA.

    Of IPv6 only global unicast does (RFC 4291), so no mapped or compatible IPv4 address; one behind
    the prefix of NAT64 (RFC 6052) counts as what it leads to.
    """
    found = ipaddress.ip_address(address.partition("%")[0])
    if found in _NAT64:
        found = ipaddress.IPv4Address(int(found) & _IPV4_BITS)
    if any(found in network for network in _ELSEWHERE):
        return False
    is_one_host = found in _UNICAST if found.version == 6 else not found.is_multicast
    return is_one_host and found.is_global


def family_of(user_agent: str) -> str:
    """The browser family in a User-Agent header, for the list of one's phones."""
    for mark, family in (
        ("Firefox/", "firefox"),
        ("SamsungBrowser/", "samsung"),
        ("Edg", "edge"),
        ("Chrome/", "chrome"),
        ("Safari/", "safari"),
    ):
        if mark in user_agent:
            return family
    return "other"


def _decoded(text: str) -> bytes:
    """Strict base64url; anything else is empty."""
    bare = text.rstrip("=")
    if len(text) > 128 or not _BASE64URL.fullmatch(bare):
        return b""
    try:
        return base64.urlsafe_b64decode(bare + "=" * (-len(bare) % 4))
    except (binascii.Error, ValueError):
        return b""


def _is_point(raw: bytes) -> bool:
    """Whether this is a point of P-256, uncompressed."""
    if len(raw) != _POINT_BYTES or raw[0] != 4:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    except ValueError:
        return False
    return True
