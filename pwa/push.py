"""One push: encrypted for one phone, signed for its push service (RFC 8291, 8292, 8030)."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from typing import NamedTuple

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from models.endpoint import PushAddress
from models.keys import KeyRing
from pwa.sealing import sealed

PAYLOAD_BYTES = 512
"""Every message has this length before encryption: the push service learns nothing from it."""
MAX_TTL_SECONDS = 72 * 3600
TOKEN_LIFE_SECONDS = 12 * 3600
TOKEN_RENEWED_SECONDS = 11 * 3600
_TOKENS_KEPT = 1000
_TOPIC_LENGTH = 32
_NUMBER_BYTES = 32


class PayloadTooLong(ValueError):
    """A message does not fit the one length that all messages have."""


class UnknownKey(LookupError):
    """A subscription was made with a VAPID key that is no longer kept."""


class Parcel(NamedTuple):
    """One request to a push service, ready to be posted."""

    endpoint: str
    body: bytes
    headers: dict[str, str]


class Signer:
    """One VAPID key, and one token of it for each push service."""

    def __init__(self, pem: bytes, subject: str, clock: Callable[[], float] = time.time) -> None:
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("VAPID needs a P-256 key")
        self._key = key
        self._subject = subject
        self._clock = clock
        self._public = _base64url(
            key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        )
        self._headers: dict[str, tuple[float, str]] = {}

    def header(self, endpoint: str) -> str:
        """The Authorization header for an endpoint: kept 11 hours, valid for 12."""
        audience, now = audience_of(endpoint), self._clock()
        renew_at, header = self._headers.get(audience, (0.0, ""))
        if now < renew_at:
            return header
        if len(self._headers) >= _TOKENS_KEPT:
            self._headers.clear()
        header = self._signed(audience, int(now) + TOKEN_LIFE_SECONDS)
        self._headers[audience] = (now + TOKEN_RENEWED_SECONDS, header)
        return header

    def forget(self, endpoint: str) -> None:
        """Sign anew for this endpoint's push service next time."""
        self._headers.pop(audience_of(endpoint), None)

    def _signed(self, audience: str, expires: int) -> str:
        claims = {"aud": audience, "exp": expires, "sub": self._subject}
        told = f"{_TOKEN_HEAD}.{_base64url(json.dumps(claims).encode())}"
        # JWS wants the two numbers side by side (RFC 7518, 3.4).
        r, s = decode_dss_signature(self._key.sign(told.encode(), ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(_NUMBER_BYTES) + s.to_bytes(_NUMBER_BYTES)
        return f"vapid t={told}.{_base64url(signature)}, k={self._public}"


class Pusher:
    """Makes parcels of messages, with the key each subscription was made with."""

    def __init__(self, keys: KeyRing, subject: str, clock: Callable[[], float] = time.time) -> None:
        """`subject`: a mailto: or https: address of the operator, which Apple checks."""
        self._keys = keys
        self._subject = subject
        self._clock = clock
        self._signers: dict[str, Signer] = {}

    def parcel(
        self, address: PushAddress, key_id: str, payload: bytes, *, ttl: int, topic: str, high: bool
    ) -> Parcel:
        """Encrypt `payload` (512 bytes) for one phone; `ttl` in seconds, 1 to 72 hours."""
        if len(payload) != PAYLOAD_BYTES:
            raise PayloadTooLong("a payload is padded to one length before it is encrypted")
        if not 0 < len(topic) <= _TOPIC_LENGTH:
            raise ValueError("a topic has 1 to 32 characters")
        return Parcel(
            address.endpoint,
            sealed(payload, address),
            {
                "Authorization": self._signer(key_id).header(address.endpoint),
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(max(1, min(ttl, MAX_TTL_SECONDS))),
                "Topic": topic,
                "Urgency": "high" if high else "normal",
            },
        )

    def refresh(self, endpoint: str, key_id: str) -> None:
        """Forget the token a push service refused."""
        self._signer(key_id).forget(endpoint)

    def _signer(self, key_id: str) -> Signer:
        found = self._signers.get(key_id)
        if found is None:
            pem = self._keys.vapid_private_pem(key_id)
            if pem is None:
                raise UnknownKey(key_id)
            found = self._signers[key_id] = Signer(pem, self._subject, self._clock)
        return found


def padded(payload: bytes) -> bytes:
    """JSON filled up with spaces to the one length; raises PayloadTooLong."""
    if len(payload) > PAYLOAD_BYTES:
        raise PayloadTooLong(f"{len(payload)} bytes; {PAYLOAD_BYTES} is the one length")
    return payload.ljust(PAYLOAD_BYTES)


def audience_of(endpoint: str) -> str:
    """The origin of an endpoint, with its port where that is not the scheme's own."""
    scheme, _, rest = endpoint.partition("://")
    authority = rest.partition("/")[0].partition("?")[0].lower()
    scheme = scheme.lower()
    own_port = {"https": ":443", "http": ":80"}.get(scheme, "")
    return f"{scheme}://{authority.removesuffix(own_port) if own_port else authority}"


def _base64url(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


_TOKEN_HEAD = _base64url(b'{"typ":"JWT","alg":"ES256"}')
