"""A phone with a key of its own, which signs what it sends as WebCrypto does."""

from __future__ import annotations

import base64
from dataclasses import dataclass, field

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils


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
