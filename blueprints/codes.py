"""A receipt code that somebody typed, and the thread that it opens."""

from __future__ import annotations

import uuid

from flask import abort

from blueprints import access
from blueprints.limits import count_wrong_code, is_beyond_codes
from models import receipt_code
from models.receipt import Receipt


def thread_of_code(typed: str) -> uuid.UUID | None:
    """The thread of a code; None for one that opens nothing. Aborts with 429 beyond the limit.

    Hashing is slow on purpose, and happens outside any write.
    """
    if is_beyond_codes():
        abort(429)
    code = receipt_code.parse(typed)
    found = code and Receipt.open(access.reading(), access.kizuki().keys.slow_index(code))
    if not found:
        count_wrong_code()
        return None
    return found.id
