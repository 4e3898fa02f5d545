"""A strict push service on loopback: takes the sender's real requests and decrypts them.

It refuses what the real services refuse (RFC 8030, 8188, 8291, 8292), by means independent of
the sender's: PyJWT for VAPID, http-ece for the body. It can be told to fail, by phone:
`peer.script(phone, [(429, {"Retry-After": "1"}), 503, HANG, RESET])`.
"""

from __future__ import annotations

import asyncio
import base64
import datetime as dt
import json
import os
import re
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import http_ece
import jwt
from aiohttp import web
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from models.kizuki import utc_now
from tests.support.loopback import Loopback

HANG, RESET = "hang", "reset"
_BASE64URL = re.compile(r"[A-Za-z0-9_-]+")
type_of_answer = int | str | tuple[int, dict[str, str]]


def base64url(raw: bytes) -> str:
    """Unpadded, as browsers write it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _point(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


@dataclass
class Phone:
    """One browser's subscription, with the private half only a browser has."""

    token: str
    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    auth_secret: bytes = field(default_factory=lambda: os.urandom(16))

    @property
    def p256dh(self) -> str:
        """The public key, as `subscription.toJSON()` gives it."""
        return base64url(_point(self.key))

    @property
    def auth(self) -> str:
        """The authentication secret, likewise."""
        return base64url(self.auth_secret)

    @property
    def subscription(self) -> dict[str, Any]:
        """What the page posts."""
        return {"endpoint": self.endpoint, "keys": {"p256dh": self.p256dh, "auth": self.auth}}

    def decrypt(self, body: bytes) -> bytes:
        """The plain text, spaces and all."""
        plain: bytes = http_ece.decrypt(
            body, private_key=self.key, auth_secret=self.auth_secret, version="aes128gcm"
        )
        return plain


@dataclass
class Post:
    """One request that came in; `message` only where it was accepted."""

    phone: Phone | None
    status: int
    why: str
    headers: dict[str, str]
    at: float
    plain: bytes = b""

    @property
    def message(self) -> Any:
        """The decrypted JSON."""
        return json.loads(self.plain)


class Refused(Exception):
    """The service says no."""

    def __init__(self, status: int, why: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(why)
        self.status, self.why, self.headers = status, why, headers or {}


class PushPeer(Loopback):
    """The service; a context manager that runs in a thread of its own."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        super().__init__()
        self.tls = tls
        self.posts: list[Post] = []
        self.on_message: Callable[[Post], None] = lambda post: None
        self.on_hang: Callable[[], None] = lambda: None
        self.clock: Callable[[], dt.datetime] = utc_now
        self._phones: dict[str, Phone] = {}
        self._scripts: dict[str, list[type_of_answer]] = {}

    # For tests.

    def phone(self) -> Phone:
        """A new subscription at this service."""
        token = base64url(os.urandom(12))
        phone = self._phones[token] = Phone(token, f"{self.origin}/push/{token}")
        return phone

    def script(self, phone: Phone, answers: list[type_of_answer]) -> None:
        """What the next requests for this phone are answered, before it works again."""
        self._scripts[phone.token] = list(answers)

    def uninstall(self, phone: Phone) -> None:
        """The phone is gone: 410 from now on."""
        del self._phones[phone.token]

    def accepted(self, phone: Phone | None = None) -> list[Post]:
        """What was taken, in order."""
        return [
            post for post in list(self.posts) if post.status == 201 and phone in (None, post.phone)
        ]

    # The service.

    def routes(self) -> list[web.RouteDef]:
        """One address for each phone."""
        return [web.post("/push/{token}", self._post)]

    def story(self) -> str:
        """What each request was answered."""
        return str([post.status for post in self.posts])

    async def let_go(self) -> None:
        """Every request that was told to hang."""
        hanging = asyncio.all_tasks() - {asyncio.current_task()}
        for task in hanging:
            task.cancel()
        await asyncio.gather(*hanging, return_exceptions=True)

    async def _post(self, request: web.Request) -> web.StreamResponse:
        phone = self._phones.get(request.match_info["token"])
        body = await request.read()
        post = Post(phone, 201, "", dict(request.headers), time.monotonic())
        headers: dict[str, str] = {"Location": f"{self.origin}/message/1"}
        try:
            await self._follow_script(request)
            post.plain = self._open(request, phone, body)
            self.on_message(post)
        except Refused as refusal:
            post.status, post.why, headers = refusal.status, refusal.why, refusal.headers
        self.posts.append(post)
        self._tell()
        return web.Response(status=post.status, text=post.why, headers=headers)

    async def _follow_script(self, request: web.Request) -> None:
        answers = self._scripts.get(request.match_info["token"])
        if not answers:
            return
        answer = answers.pop(0)
        if answer == HANG:
            self.on_hang()
            await asyncio.Event().wait()
        if answer == RESET:
            assert request.transport is not None
            request.transport.abort()
            raise Refused(500, "reset")
        status, headers = answer if isinstance(answer, tuple) else (answer, {})
        if status != 201:
            raise Refused(int(status), "scripted", headers)

    def _open(self, request: web.Request, phone: Phone | None, body: bytes) -> bytes:
        if phone is None:
            raise Refused(410, "no such subscription")
        headers = {k.lower(): v for k, v in request.headers.items()}
        check_headers(headers, self.origin, self.clock())
        check_record(body)
        return phone.decrypt(body)


def check_record(body: bytes) -> None:
    """One aes128gcm record that fits (RFC 8188, 8291), as far as anybody can see without its key.

    It begins with salt 16, record size 4, id length 1, key id 65; raises Refused.
    """
    if len(body) > 4096:
        raise Refused(413, "over 4096 bytes")
    if len(body) < 103 or body[20] != 65 or len(body) - 86 > int.from_bytes(body[16:20], "big"):
        raise Refused(400, "not one aes128gcm record")


def check_headers(headers: dict[str, str], origin: str, now: dt.datetime) -> None:
    """What RFC 8030 and 8292 ask of a request; raises Refused."""
    if not headers.get("ttl", "").isdigit():
        raise Refused(400, "TTL is missing or no number")
    if headers.get("urgency") not in ("very-low", "low", "normal", "high"):
        raise Refused(400, "Urgency")
    topic = headers.get("topic", "")
    if len(topic) > 32 or not _BASE64URL.fullmatch(topic):
        raise Refused(400, "Topic")
    if headers.get("content-encoding") != "aes128gcm":
        raise Refused(400, "Content-Encoding")
    check_vapid(headers.get("authorization", ""), origin, now)


def check_vapid(header: str, origin: str, now: dt.datetime) -> dict[str, Any]:
    """The claims of `vapid t=…, k=…`; `aud` is this origin with its port, `exp` within 24 h."""
    found = re.fullmatch(r"vapid t=([\w.-]+), k=([\w-]+)", header)
    if found is None:
        raise Refused(401, "no VAPID header")
    raw = base64.urlsafe_b64decode(found[2] + "=" * (-len(found[2]) % 4))
    key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), raw)
    try:
        claims: dict[str, Any] = jwt.decode(
            found[1],
            key,
            algorithms=["ES256"],
            audience=origin,
            options={"verify_exp": False, "require": ["exp"]},
        )
    except jwt.InvalidTokenError as error:
        raise Refused(401, str(error)) from error
    if not 0 < claims["exp"] - now.timestamp() <= 86400:
        raise Refused(401, "exp is past, or over 24 hours ahead")
    if not str(claims.get("sub", "")).startswith(("mailto:", "https:")):
        raise Refused(403, "sub is no address")
    return claims
