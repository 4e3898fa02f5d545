"""Counts of tries that several servers share in Redis; while it is away, each counts by itself."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from limits.storage import RedisStorage

from blueprints.counting import Counts

Found = TypeVar("Found")
PATIENCE_SECONDS = 0.5
"""How long a request waits for Redis."""
REST_SECONDS = 30.0
"""How long nobody asks it again once it gave no answer."""

log = logging.getLogger("kizuki.limits")


class SharedCounts(RedisStorage):
    """The library's storage, with a second one in this process to fall back on.

    `code_of` makes a keyed code of each name: what is counted tells Redis neither a network nor
    an account.
    """

    STORAGE_SCHEME = ["kizuki+redis", "kizuki+rediss", "kizuki+redis+unix"]  # noqa: RUF012 - so declared

    def __init__(
        self,
        uri: str,
        *,
        code_of: Callable[[str], str],
        wrap_exceptions: bool = False,
    ) -> None:
        # Where there is one server, nobody needs the client.
        from redis.backoff import NoBackoff  # noqa: PLC0415
        from redis.retry import Retry  # noqa: PLC0415

        self._code_of = code_of
        self._alone = Counts()
        self._turn = threading.Lock()
        self._is_away, self._rests_until = False, 0.0
        super().__init__(
            uri.removeprefix("kizuki+"),
            wrap_exceptions=wrap_exceptions,
            key_prefix="kizuki",
            socket_timeout=PATIENCE_SECONDS,
            socket_connect_timeout=PATIENCE_SECONDS,
            retry=Retry(NoBackoff(), 0),  # type: ignore[arg-type]
        )

    def prefixed_key(self, key: str) -> str:
        """The name in Redis."""
        return f"{self.key_prefix}:{self._code_of(key)}"

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Count one more, for `expiry` seconds."""
        shared, alone = super().incr, self._alone.incr
        return self._asked(lambda: shared(key, expiry, amount), lambda: alone(key, expiry, amount))

    def get(self, key: str) -> int:
        """How many were counted."""
        shared, alone = super().get, self._alone.get
        return self._asked(lambda: shared(key), lambda: alone(key))

    def get_expiry(self, key: str) -> float:
        """When the count ends, in seconds since 1970."""
        shared, alone = super().get_expiry, self._alone.get_expiry
        return self._asked(lambda: shared(key), lambda: alone(key))

    def clear(self, key: str) -> None:
        """Forget what was counted, wherever that was."""
        shared, alone = super().clear, self._alone.clear
        alone(key)
        self._asked(lambda: shared(key), lambda: None)

    def _asked(self, shared: Callable[[], Found], alone: Callable[[], Found]) -> Found:
        """What Redis says; where it gives no answer, this process."""
        if time.monotonic() < self._rests_until:
            return alone()
        try:
            found = shared()
        except self.base_exceptions as error:
            self._went(type(error).__name__)
            return alone()
        self._came()
        return found

    def _went(self, why: str) -> None:
        with self._turn:
            self._rests_until = time.monotonic() + REST_SECONDS
            if not self._is_away:
                log.warning("limits: Redis gives no answer (%s), counting here alone", why)
            self._is_away = True

    def _came(self) -> None:
        with self._turn:
            if self._is_away:
                log.info("limits: Redis answers again")
            self._is_away = False
