"""The data key of one thread or person: dropping its wrapped form forgets what it opened."""

from __future__ import annotations

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from models.errors import Unreadable

_NONCE_BYTES = 12


class DataKey:
    """The data key of one thread or person; what it seals is bound to its row."""

    def __init__(self, raw: bytes) -> None:
        self._cipher = AESGCM(raw)

    def seal(self, place: str, row: object, plain: str) -> bytes:
        """Encrypt a text for "table.column" of a row."""
        return self.seal_bytes(place, row, plain.encode())

    def unseal(self, place: str, row: object, cipher: bytes) -> str:
        """The text; raises Unreadable where it belongs to another row or key."""
        return self.unseal_bytes(place, row, cipher).decode()

    def seal_bytes(self, place: str, row: object, plain: bytes) -> bytes:
        """Encrypt what is no text, such as a picture."""
        nonce = os.urandom(_NONCE_BYTES)
        return nonce + self._cipher.encrypt(nonce, plain, bound(place, row))

    def unseal_bytes(self, place: str, row: object, cipher: bytes) -> bytes:
        """The bytes; raises Unreadable where they belong to another row or key."""
        try:
            return self._cipher.decrypt(
                cipher[:_NONCE_BYTES], cipher[_NONCE_BYTES:], bound(place, row)
            )
        except (InvalidTag, ValueError) as error:
            raise Unreadable from error


def bound(place: str, row: object) -> bytes:
    """What a ciphertext is bound to: moved to another column or row, it does not open."""
    return f"{place}|{row}".encode()
