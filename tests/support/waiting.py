"""Waiting for what another process does: asked again and again, until a deadline."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import TypeVar

SECONDS = 60.0
"""Long enough for a busy machine; nobody waits so long where nothing is wrong."""
_BREATH_SECONDS = 0.05
_never = threading.Event()
Found = TypeVar("Found")


def until(ask: Callable[[], Found], seconds: float = SECONDS, what: str = "") -> Found:
    """The first answer that is not empty; AssertionError after `seconds`."""
    deadline = time.monotonic() + seconds
    while not (found := ask()):
        assert time.monotonic() < deadline, f"never, in {seconds} s: {what or ask}"
        _never.wait(_BREATH_SECONDS)
    return found
