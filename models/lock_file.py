"""The files beside an SQLite database that one writer holds, and the next, of any process."""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa

from models.errors import Busy

_POLL_SECONDS = 0.005


class LockFile:
    """Made and opened when it is first held; not for two threads at once.

    Whoever waits for it holds the file of who is next, so that somebody who writes on and on
    cannot come back before those who asked meanwhile.
    """

    def __init__(self, url: sa.URL) -> None:
        self._paths = [Path(f"{url.database}.{name}") for name in ("next", "lock")]
        self._open: list[int] = []

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        """Hold it during the block; raises Busy where it is not free by `until` (monotonic)."""
        following, file = self._descriptors()
        _take(following, until)
        try:
            _take(file, until)
        finally:
            fcntl.flock(following, fcntl.LOCK_UN)
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the files back; they are opened again when it is held again."""
        while self._open:
            os.close(self._open.pop())

    def _descriptors(self) -> list[int]:
        if not self._open:
            flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC
            self._open = [os.open(path, flags, 0o600) for path in self._paths]
        return self._open


def _take(descriptor: int, until: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise Busy from None
            time.sleep(_POLL_SECONDS)
        else:
            return
