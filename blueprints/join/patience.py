"""Wrong passwords make the next answer for that account slower; nobody is locked out.

Who waits holds one of the server's threads, so only few wait at once, and fewer of one network;
whoever comes beyond them is asked to come again.
"""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager

from werkzeug.exceptions import TooManyRequests

from blueprints import access
from blueprints.gate import limiter, network
from models.identity import email_index

FREE_TRIES = 5
LONGEST_SECONDS = 4.0
MOST_WAITING = 4
MOST_OF_A_NETWORK = 2
_FIRST_SECONDS = 0.25
_REMEMBERED_SECONDS = 15 * 60
_MOST_DOUBLINGS = 10
"""Past the longest wait; a number of any size would be none at last."""

ACCOUNTS, PHONES = "accounts", "phones"
"""Who waits, for a password or code, or for a phone's digits: neither takes the other's places."""

_lock = threading.Lock()
_waiting: dict[str, Counter[str]] = {ACCOUNTS: Counter(), PHONES: Counter()}
"""How many wait, by network."""


def wait_for(email: str) -> int:
    """Count a try before it is looked at, and hold it back as long as those before it ask.

    The same for unknown accounts; `email`: or whatever else the tries are counted by. Gives how
    many were made. Aborts with 429 where too many wait already.
    """
    tries = int(limiter.storage.incr(_key(email), _REMEMBERED_SECONDS))
    hold_back(tries - 1)
    return tries


def hold_back(tries: int, of: str = ACCOUNTS) -> None:
    """Hold an answer back as long as so many wrong tries ask; 429 as above."""
    if tries > FREE_TRIES:
        with _a_place(_waiting[of]):
            time.sleep(seconds(tries))


@contextmanager
def _a_place(waiting: Counter[str]) -> Iterator[None]:
    who = network()
    with _lock:
        if waiting.total() >= MOST_WAITING or waiting[who] >= MOST_OF_A_NETWORK:
            raise TooManyRequests(retry_after=round(LONGEST_SECONDS))
        waiting[who] += 1
    try:
        yield
    finally:
        with _lock:
            waiting[who] -= 1
            if not waiting[who]:
                del waiting[who]


def forget(email: str) -> None:
    """The right password was given: the next answer comes at once."""
    limiter.storage.clear(_key(email))


def seconds(tries: int) -> float:
    """How long an answer waits after so many wrong tries; doubles, up to a bearable end."""
    doublings = min(max(tries - FREE_TRIES - 1, 0), _MOST_DOUBLINGS)
    return min(_FIRST_SECONDS * 2.0**doublings, LONGEST_SECONDS)


def _key(email: str) -> str:
    return f"wrong:{email_index(access.kizuki().keys, email).hex()}"
