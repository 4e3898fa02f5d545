"""A phone's sealed envelope v1, made without the library that opens it.

`0x01 ‖ key id ‖ ephemeral point ‖ IV ‖ AES-128-GCM`, the key by ECDH on P-256 and HKDF-SHA-256.
"""

from __future__ import annotations

import base64
import json
import os
import uuid
from collections.abc import Mapping
from typing import Any

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

PADDED_TO = 2048


def item(kind: str, note: str, **more: Any) -> dict[str, Any]:
    """What a phone seals after a note."""
    return {"kind": kind, "id": str(uuid.uuid4()), "sequence": "2", "note": note} | more


def sealed(key: Mapping[str, Any], note: Mapping[str, Any]) -> bytes:
    """A note in the envelope for the town's key, as `GET /api/v1/key` gives it."""
    plain = json.dumps(note, ensure_ascii=False).encode()
    return sealed_bytes(key, plain + b" " * (-len(plain) % PADDED_TO))


def sealed_bytes(key: Mapping[str, Any], plain: bytes) -> bytes:
    """Any bytes in the envelope."""
    town = ec.EllipticCurvePublicKey.from_encoded_point(
        ec.SECP256R1(), base64.b64decode(key["point"])
    )
    ephemeral = ec.generate_private_key(ec.SECP256R1())
    point = ephemeral.public_key().public_bytes(
        serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
    )
    shared = ephemeral.exchange(ec.ECDH(), town)
    secret = HKDF(hashes.SHA256(), length=16, salt=b"", info=key["info"].encode()).derive(
        point + shared
    )
    iv = os.urandom(12)
    head = b"\x01" + int(key["id"]).to_bytes(4, "big")
    return head + point + iv + AESGCM(secret).encrypt(iv, plain, None)
