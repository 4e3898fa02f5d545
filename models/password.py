"""Passwords: argon2id (RFC 9106) at 19 MiB and two passes, two at a time. Never inside a write."""

from __future__ import annotations

import os
import threading

from cryptography.exceptions import InvalidKey
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id

MEMORY_KIB = 19 * 1024
PASSES = 2
_SALT_BYTES = 16
_HASH_BYTES = 32
AT_ONCE = 2
"""A burst of sign-ins must not take all memory and both cores."""
_turns = threading.BoundedSemaphore(AT_ONCE)


def hash_password(password: str) -> str:
    """The hash in its text form, which carries salt and cost; takes tens of milliseconds."""
    argon2 = Argon2id(
        salt=os.urandom(_SALT_BYTES),
        length=_HASH_BYTES,
        iterations=PASSES,
        lanes=1,
        memory_cost=MEMORY_KIB,
    )
    with _turns:
        return argon2.derive_phc_encoded(password.encode())


def is_password(kept: str, typed: str) -> bool:
    """Whether what was typed is the password of this hash."""
    with _turns:
        try:
            Argon2id.verify_phc_encoded(typed.encode(), kept)
        except InvalidKey:
            return False
    return True


NOBODYS = hash_password(os.urandom(_SALT_BYTES).hex())
"""Compared with where no account is found, so that the answer takes as long."""
