"""How each push service is doing: when it may be asked again, so that none holds the others."""

from __future__ import annotations

import datetime as dt
import random

STRIKES = 8
"""No answer this often in a row, and a host rests."""
REST = dt.timedelta(seconds=30)
_BACKOFF_SECONDS = (1.0, 4.0, 15.0, 60.0, 240.0, 900.0)


class Hosts:
    """Pauses by push service; kept in memory, since a new process may well ask once."""

    def __init__(self, chance: random.Random | None = None) -> None:
        self._chance = chance or random.Random()
        self._until: dict[str, dt.datetime] = {}
        self._strikes: dict[str, int] = {}

    def paused_until(self, host: str, now: dt.datetime) -> dt.datetime | None:
        """When the host may be asked again; None for now."""
        until = self._until.get(host)
        if until is None or until > now:
            return until
        del self._until[host]
        return None

    def pause(self, host: str, until: dt.datetime) -> None:
        """The host asked us to wait: exactly that long."""
        self._until[host] = max(until, self._until.get(host, until))

    def answered(self, host: str) -> None:
        """The host is there."""
        self._strikes.pop(host, None)

    def silent(self, host: str, now: dt.datetime) -> None:
        """The host gave no answer; after several it rests."""
        self._strikes[host] = self._strikes.get(host, 0) + 1
        if self._strikes[host] >= STRIKES:
            self._strikes[host] = 0
            self.pause(host, now + REST)

    def backoff(self, attempts: int) -> dt.timedelta:
        """How long to wait after so many tries: full jitter, up to a quarter of an hour."""
        longest = _BACKOFF_SECONDS[min(attempts, len(_BACKOFF_SECONDS) - 1)]
        return dt.timedelta(seconds=self._chance.uniform(0, longest))
