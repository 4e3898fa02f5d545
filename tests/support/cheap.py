"""What is slow on purpose, made quick: no test waits for the cost of a hash."""

from __future__ import annotations

from models import keys, password

SCRYPT_AS_SHIPPED = dict(keys._SCRYPT)


def cheapen() -> None:
    """From here on, in this whole process."""
    password.MEMORY_KIB = 8
    password.PASSES = 1
    keys._SCRYPT["n"] = 2
