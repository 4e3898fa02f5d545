"""The encryption of one push message (RFC 8291 over RFC 8188), of primitives of `cryptography`."""

from __future__ import annotations

import base64
import os
import struct

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from models.endpoint import PushAddress

LONGEST_BYTES = 3993
"""What fits beside header, mark and tag into the 4,096 bytes that every push service takes."""
_RECORD_BYTES = 4096
_SALT_BYTES = 16
_LAST_RECORD = b"\x02"
_CURVE = ec.SECP256R1()
_HEAD = struct.Struct("!LB")


def sealed(plain: bytes, to: PushAddress) -> bytes:
    """The body of a push for one phone: a fresh key pair and salt for each, one record.

    Raises ValueError where it is longer than 3,993 bytes or the phone's key is no point of P-256.
    """
    if len(plain) > LONGEST_BYTES:
        raise ValueError(f"{len(plain)} bytes are more than one record holds")
    theirs, secret = _decoded(to.p256dh), _decoded(to.auth)
    pair, salt = ec.generate_private_key(_CURVE), os.urandom(_SALT_BYTES)
    ours = pair.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    shared = pair.exchange(ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(_CURVE, theirs))
    root = _derived(shared, secret, b"WebPush: info\0" + theirs + ours, 32)
    key = _derived(root, salt, b"Content-Encoding: aes128gcm\0", 16)
    nonce = _derived(root, salt, b"Content-Encoding: nonce\0", 12)
    text = AESGCM(key).encrypt(nonce, plain + _LAST_RECORD, None)
    return salt + _HEAD.pack(_RECORD_BYTES, len(ours)) + ours + text


def _derived(secret: bytes, salt: bytes, info: bytes, length: int) -> bytes:
    return HKDF(hashes.SHA256(), length, salt, info).derive(secret)


def _decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
