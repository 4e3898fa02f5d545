"""One push: encrypted by `webpush`, signed by a token of our own (RFC 8291, 8292, 8030).

`webpush` stands behind this one seam. It is given bytes that are already padded, an endpoint it
must not rewrite, and our own object in the place of its VAPID signer; of its headers none is
used, because its TTL belongs to the shared object and not to the message.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, NamedTuple

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from webpush import WebPush
from webpush.types import WebPushKeys, WebPushSubscription

from models.endpoint import PushAddress
from models.keys import KeyRing

PAYLOAD_BYTES = 512
"""Every message has this length before encryption: the push service learns nothing from it."""
MAX_TTL_SECONDS = 72 * 3600
TOKEN_LIFE_SECONDS = 12 * 3600
TOKEN_RENEWED_SECONDS = 11 * 3600
_TOKENS_KEPT = 1000
_TOPIC_LENGTH = 32


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
    """Stands in the VAPID place of `webpush`: one key, one token for each push service."""

    def __init__(self, pem: bytes, subject: str, clock: Callable[[], float] = time.time) -> None:
        key = serialization.load_pem_private_key(pem, password=None)
        if not isinstance(key, ec.EllipticCurvePrivateKey):
            raise TypeError("VAPID needs a P-256 key")
        self._key = key
        self._subject = subject
        self._clock = clock
        self._public = jwt.utils.base64url_encode(
            key.public_key().public_bytes(
                serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
            )
        ).decode()
        self._headers: dict[str, tuple[float, str]] = {}

    def get_authorization_header(self, endpoint: str, subscriber: str, expiration: int) -> str:
        """The header for an endpoint; `webpush` calls this by name, in seconds."""
        audience, now = audience_of(endpoint), self._clock()
        renew_at, header = self._headers.get(audience, (0.0, ""))
        if now < renew_at:
            return header
        if len(self._headers) >= _TOKENS_KEPT:
            self._headers.clear()
        header = self._signed(audience, int(now) + expiration)
        self._headers[audience] = (now + TOKEN_RENEWED_SECONDS, header)
        return header

    def forget(self, endpoint: str) -> None:
        """Sign anew for this endpoint's push service next time."""
        self._headers.pop(audience_of(endpoint), None)

    def _signed(self, audience: str, expires: int) -> str:
        claims = {"aud": audience, "exp": expires, "sub": self._subject}
        return f"vapid t={jwt.encode(claims, self._key, algorithm='ES256')}, k={self._public}"


class Pusher:
    """Makes parcels of messages, with the key each subscription was made with."""

    def __init__(self, keys: KeyRing, subject: str, clock: Callable[[], float] = time.time) -> None:
        """`subject`: a mailto: or https: address of the operator, which Apple checks."""
        self._keys = keys
        self._subject = subject
        self._clock = clock
        self._senders: dict[str, tuple[WebPush, Signer]] = {}

    def parcel(
        self, address: PushAddress, key_id: str, payload: bytes, *, ttl: int, topic: str, high: bool
    ) -> Parcel:
        """Encrypt `payload` (512 bytes) for one phone; `ttl` in seconds, 1 to 72 hours."""
        if len(payload) != PAYLOAD_BYTES:
            raise PayloadTooLong("a payload is padded to one length before it is encrypted")
        if not 0 < len(topic) <= _TOPIC_LENGTH:
            raise ValueError("a topic has 1 to 32 characters")
        message = self._sender(key_id)[0].get(payload, _subscription(address))
        return Parcel(
            address.endpoint,
            message.encrypted,
            {
                "Authorization": message.headers["authorization"],
                "Content-Encoding": "aes128gcm",
                "Content-Type": "application/octet-stream",
                "TTL": str(max(1, min(ttl, MAX_TTL_SECONDS))),
                "Topic": topic,
                "Urgency": "high" if high else "normal",
            },
        )

    def refresh(self, endpoint: str, key_id: str) -> None:
        """Forget the token a push service refused."""
        self._sender(key_id)[1].forget(endpoint)

    def _sender(self, key_id: str) -> tuple[WebPush, Signer]:
        if key_id not in self._senders:
            self._senders[key_id] = self._new_sender(key_id)
        return self._senders[key_id]

    def _new_sender(self, key_id: str) -> tuple[WebPush, Signer]:
        pem = self._keys.vapid_private_pem(key_id)
        if pem is None:
            raise UnknownKey(key_id)
        signer = Signer(pem, self._subject, self._clock)
        sender = WebPush(pem, _public_pem(pem), self._subject, expiration=TOKEN_LIFE_SECONDS)
        stand_in: Any = signer
        sender.vapid = stand_in
        return sender, signer


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


def _subscription(address: PushAddress) -> WebPushSubscription:
    """Built past the model's checks, which would rewrite the endpoint; stored rows are checked."""
    endpoint: Any = address.endpoint
    keys = WebPushKeys.model_construct(auth=address.auth, p256dh=address.p256dh)
    return WebPushSubscription.model_construct(endpoint=endpoint, keys=keys)


def _public_pem(private_pem: bytes) -> bytes:
    key = serialization.load_pem_private_key(private_pem, password=None)
    return key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
