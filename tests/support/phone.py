"""A phone with a key of its own, which signs what it sends as WebCrypto does."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.town import csrf

OBSERVATIONS = "/api/v1/observations"


def _new_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@dataclass
class Phone:
    """`device` is the id that the server gave the key."""

    device: str = ""
    key: ec.EllipticCurvePrivateKey = field(default_factory=_new_key)

    @property
    def point(self) -> str:
        """The public key as it is registered: the uncompressed point in base64url."""
        return base64url(point_of(self))

    def registered(self, client: FlaskClient) -> Phone:
        """Let the key sign for who is signed in, and sign out again."""
        answer = client.post("/api/v1/devices", json={"point": self.point}, headers=csrf(client))
        assert answer.status_code == 201, answer.text
        self.device = answer.get_json()["id"]
        client.delete_cookie("kizuki")
        return self

    def send(self, client: FlaskClient, envelope: bytes, **headers: str) -> TestResponse:
        """Send an envelope as the outbox does; signed where the phone is registered."""
        signed = self.headers(envelope) if self.device else {}
        return client.post(
            OBSERVATIONS,
            data=envelope,
            content_type="application/octet-stream",
            headers=signed | headers,
        )

    def headers(self, body: bytes) -> dict[str, str]:
        """The two headers over a request's body: r ‖ s, 32 bytes each."""
        r, s = utils.decode_dss_signature(self.key.sign(body, ec.ECDSA(hashes.SHA256())))
        signature = r.to_bytes(32, "big") + s.to_bytes(32, "big")
        return {"Kizuki-Device": self.device, "Kizuki-Signature": base64url(signature)}


def point_of(phone: Phone) -> bytes:
    """The public key as the server keeps it."""
    return phone.key.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )


def base64url(raw: bytes) -> str:
    """Without padding, as browsers give it."""
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()
