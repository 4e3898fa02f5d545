"""Counts of tries in this process's memory, for the limiter."""

from __future__ import annotations

import threading
import time

from limits.storage import MemoryStorage

SWEEP_SECONDS = 60.0


class Counts(MemoryStorage):
    """The limiter's own storage starts a thread for every count; this one sweeps now and then."""

    STORAGE_SCHEME = ["kizuki"]  # noqa: RUF012 - declared so by the library

    def __init__(self, uri: str | None = None, wrap_exceptions: bool = False, **options: str):
        super().__init__(uri, wrap_exceptions=wrap_exceptions, **options)
        self._turn = threading.Lock()
        self._swept_at = time.time()

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count one more; what was counted `expiry` seconds after the first is forgotten."""
        now = time.time()
        with self._turn:
            if now >= self._swept_at + SWEEP_SECONDS:
                self._sweep(now)
            if self.expirations.get(key, 0) <= now:
                self.storage[key], self.expirations[key] = 0, now + expiry
            self.storage[key] += amount
            return self.storage[key]

    def _sweep(self, now: float) -> None:
        self._swept_at = now
        for key in [key for key, ends_at in self.expirations.items() if ends_at <= now]:
            self.storage.pop(key, None)
            self.expirations.pop(key, None)
