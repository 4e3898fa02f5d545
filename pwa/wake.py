"""What wakes the worker: a commit in SQLite, a notification in PostgreSQL, or the time."""

from __future__ import annotations

import asyncio
import logging
import sqlite3
from typing import TYPE_CHECKING, Protocol

import sqlalchemy as sa

from models.delivery import CHANNEL_NAME
from models.store import Store

if TYPE_CHECKING:
    import psycopg

POLL_SECONDS = 0.2
LISTEN_SECONDS = 1.0
"""How long PostgreSQL is trusted to notify before the worker looks by itself."""

_log = logging.getLogger(__name__)


class Wake(Protocol):
    """Something to wait on."""

    async def wait(self, seconds: float) -> None:
        """Until there may be something new, and no longer than `seconds`."""

    async def close(self) -> None:
        """Give back the connection."""


class SqliteWake:
    """Watches the database's change counter over a connection of its own."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(path, isolation_level=None)
        self._version = self._read()

    async def wait(self, seconds: float) -> None:
        """Until another connection committed."""
        loop = asyncio.get_running_loop()
        until = loop.time() + seconds
        while True:
            version = self._read()
            if version != self._version:
                self._version = version
                return
            left = until - loop.time()
            if left <= 0:
                return
            await asyncio.sleep(min(POLL_SECONDS, left))

    async def close(self) -> None:
        """Close the connection."""
        self._connection.close()

    def _read(self) -> int:
        return int(self._connection.execute("PRAGMA data_version").fetchone()[0])


class PostgresWake:
    """Listens on a connection of its own, and opens another where that one breaks."""

    def __init__(self, engine: sa.Engine) -> None:
        # A town on SQLite has no use for it.
        import psycopg  # noqa: PLC0415

        self._psycopg = psycopg
        self._engine = engine
        self._connection: psycopg.AsyncConnection[tuple[object, ...]] | None = None

    async def wait(self, seconds: float) -> None:
        """Until something was queued, or the second is over."""
        seconds = max(0.0, min(seconds, LISTEN_SECONDS))
        try:
            connection = self._connection or await self._listen()
            async for _ in connection.notifies(timeout=seconds, stop_after=1):
                pass
        except self._psycopg.Error as error:
            _log.warning("the worker cannot listen (%s)", type(error).__name__)
            await self.close()
            await asyncio.sleep(seconds)

    async def close(self) -> None:
        """Close the connection, if there is one."""
        if self._connection is not None:
            await self._connection.close()
            self._connection = None

    async def _listen(self) -> psycopg.AsyncConnection[tuple[object, ...]]:
        arguments, options = self._engine.dialect.create_connect_args(self._engine.url)
        self._connection = await self._psycopg.AsyncConnection.connect(
            *arguments, **options, autocommit=True
        )
        await self._connection.execute(f"LISTEN {CHANNEL_NAME}")
        return self._connection


def wake_of(store: Store) -> Wake:
    """What wakes a worker on this store."""
    if store.is_sqlite:
        return SqliteWake(str(store.url.database))
    return PostgresWake(store.engine)
