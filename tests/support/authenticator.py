"""An authenticator in Python: makes passkeys and signs, also what no honest one would."""

from __future__ import annotations

import base64
import hashlib
import json
import secrets
from dataclasses import dataclass, field
from typing import Any

import cbor2
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256

ORIGIN, HOST = "http://localhost:8000", "localhost"
UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


@dataclass
class Authenticator:
    """One passkey in the hands of one person; every answer may be bent by keyword."""

    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1())
    )
    key_id: bytes = field(default_factory=lambda: secrets.token_bytes(32))
    count: int = 0
    is_synced: bool = False

    def create(self, options: dict[str, Any], **bent: Any) -> str:
        """The answer to creation options, as a browser's `toJSON` gives it."""
        key_id = bent.get("key_id", self.key_id)
        attested = bytes(16) + len(key_id).to_bytes(2, "big") + key_id + self._cose()
        data = self._data(AT, **bent) + attested
        statement = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data})
        client = _client("webauthn.create", options, **bent)
        return self._answer(key_id, {"clientDataJSON": client, "attestationObject": statement})

    def get(self, options: dict[str, Any], **bent: Any) -> str:
        """The answer to request options, signed."""
        self.count += bent.pop("step", 1)
        client, data = _client("webauthn.get", options, **bent), self._data(0, **bent)
        signed = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(SHA256()))
        told = {"clientDataJSON": client, "authenticatorData": data, "signature": signed}
        return self._answer(bent.get("key_id", self.key_id), told)

    def _data(self, flags: int, *, host: str = HOST, checked: bool = True, **_: Any) -> bytes:
        flags |= UP | (UV if checked else 0) | (BE | BS if self.is_synced else 0)
        count = 0 if self.is_synced else self.count
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big")

    def _cose(self) -> bytes:
        point = self.key.public_key().public_numbers()
        x, y = (n.to_bytes(32, "big") for n in (point.x, point.y))
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})

    def _answer(self, key_id: bytes, response: dict[str, bytes]) -> str:
        name = _text(key_id)
        told = {part: _text(value) for part, value in response.items()}
        return json.dumps({"id": name, "rawId": name, "type": "public-key", "response": told})


def _client(
    kind: str, options: dict[str, Any], *, origin: str = ORIGIN, cross: bool = False, **bent: Any
) -> bytes:
    challenge = bent.get("challenge", options["challenge"])
    told = {"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": cross}
    return json.dumps(told).encode()


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
