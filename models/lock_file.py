"""The file beside an SQLite database that one writer holds, of whichever process."""

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
    """Made and opened when it is first held; not for two threads at once."""

    def __init__(self, url: sa.URL) -> None:
        self._path = Path(f"{url.database}.lock")
        self._open: int | None = None

    @contextmanager
    def held(self, until: float) -> Iterator[None]:
        """Hold it during the block; raises Busy where it is not free by `until` (monotonic)."""
        descriptor = self._descriptor()
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise Busy from None
                time.sleep(_POLL_SECONDS)
        try:
            yield
        finally:
            fcntl.flock(descriptor, fcntl.LOCK_UN)

    def close(self) -> None:
        """Give the file back; it is opened again when it is held again."""
        if self._open is not None:
            os.close(self._open)
            self._open = None

    def _descriptor(self) -> int:
        if self._open is None:
            self._open = os.open(self._path, os.O_CREAT | os.O_RDWR | os.O_CLOEXEC, 0o600)
        return self._open
