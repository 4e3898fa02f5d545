"""Wrong passwords make the next answer for that account slower; nobody is locked out."""

from __future__ import annotations

import time

from blueprints import access
from blueprints.gate import limiter
from models.identity import email_index

FREE_TRIES = 5
LONGEST_SECONDS = 4.0
_FIRST_SECONDS = 0.25
_REMEMBERED_SECONDS = 15 * 60


def wait_for(email: str) -> None:
    """Hold the answer back as long as the account's wrong tries ask; for unknown ones too."""
    tries = int(limiter.storage.get(_key(email)))
    if tries > FREE_TRIES:
        time.sleep(seconds(tries))


def count_wrong(email: str) -> None:
    """Remember one wrong try."""
    limiter.storage.incr(_key(email), _REMEMBERED_SECONDS)


def forget(email: str) -> None:
    """The right password was given: the next answer comes at once."""
    limiter.storage.clear(_key(email))


def seconds(tries: int) -> float:
    """How long an answer waits after so many wrong tries; doubles, up to a bearable end."""
    return min(_FIRST_SECONDS * 2.0 ** max(tries - FREE_TRIES - 1, 0), LONGEST_SECONDS)


def _key(email: str) -> str:
    return f"wrong:{email_index(access.kizuki().keys, email).hex()}"
