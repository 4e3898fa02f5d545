"""One way to the database: readers share, writers queue before BEGIN IMMEDIATE."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import Busy
from models.keys import KeyRing
from models.lock_file import LockFile

WRITE_WAIT_SECONDS = 5.0
_READ_SQLITE = {"kizuki_read": True}
# By itself PostgreSQL would show each statement what was committed until then.
_READ_POSTGRES = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Store:
    """The engine of one database URL, with the key ring that opens its columns.

    SQLite's own busy handler sleeps unfairly, so writers of this process queue on a lock,
    those of other processes on a lock file beside the database.
    """

    def __init__(self, url: str, keys: KeyRing, *, pool_size: int = 20) -> None:
        self.url = sa.make_url(url)
        self.keys = keys
        self.is_sqlite = self.url.get_backend_name() == "sqlite"
        self.engine = _sqlite(self.url, pool_size) if self.is_sqlite else _postgres(self.url)
        self._reader = self.engine.execution_options(
            **(_READ_SQLITE if self.is_sqlite else _READ_POSTGRES)
        )
        self._at_once = self.engine.execution_options(isolation_level="AUTOCOMMIT")
        self._thread_lock = threading.Lock()
        self._lock_file = LockFile(self.url) if self.is_sqlite else None

    @property
    def is_begun(self) -> bool:
        """Whether there is a database to connect to; to connect would make SQLite's file."""
        return not self.is_sqlite or Path(str(self.url.database)).exists()

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one moment and writes nothing."""
        with Session(self._reader, info={"keys": self.keys}) as session:
            yield session

    @contextmanager
    def write(self, wait_seconds: float | None = None) -> Iterator[Session]:
        """A session whose work is one transaction, committed at the end of the block.

        Raises Busy where the turn does not come within `wait_seconds` (default: five); an
        exception in the block rolls everything back.
        """
        wait = WRITE_WAIT_SECONDS if wait_seconds is None else wait_seconds
        with self._turn(wait), self._session() as session:
            yield session
            session.commit()

    @contextmanager
    def at_once(self) -> Iterator[sa.Connection]:
        """A connection of which each statement is a transaction of its own (PostgreSQL alone)."""
        with self._at_once.connect() as connection:
            yield connection

    @contextmanager
    def _session(self) -> Iterator[Session]:
        try:
            with Session(self.engine, info={"keys": self.keys}, expire_on_commit=False) as session:
                yield session
        except sa.exc.TimeoutError as error:
            raise Busy from error
        except sa.exc.OperationalError as error:
            if _is_busy(error):
                raise Busy from error
            raise

    @contextmanager
    def _turn(self, wait: float) -> Iterator[None]:
        if self._lock_file is None:
            yield
            return
        until = time.monotonic() + wait
        if not self._thread_lock.acquire(timeout=wait):
            raise Busy
        try:
            with self._lock_file.held(until):
                yield
        finally:
            self._thread_lock.release()

    def close(self) -> None:
        """Give back every connection and the lock file."""
        self.engine.dispose()
        if self._lock_file is not None:
            self._lock_file.close()


def _sqlite(url: sa.URL, pool_size: int) -> sa.Engine:
    engine = sa.create_engine(
        url,
        connect_args={
            "timeout": WRITE_WAIT_SECONDS,
            "check_same_thread": False,
            "isolation_level": None,
        },
        pool_size=pool_size,
        max_overflow=0,
        pool_timeout=WRITE_WAIT_SECONDS,
        # As few connections as are in use at once, each with its pages at hand.
        pool_use_lifo=True,
        hide_parameters=True,
        poolclass=sa.QueuePool,
    )

    @sa.event.listens_for(engine, "connect")
    def settle(connection: Any, _record: Any) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            "trusted_schema=OFF",
            "cache_size=-512",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @sa.event.listens_for(engine, "begin")
    def begin(connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("kizuki_read")
        connection.exec_driver_sql("BEGIN DEFERRED" if reads else "BEGIN IMMEDIATE")

    return engine


def _postgres(url: sa.URL) -> sa.Engine:
    return sa.create_engine(
        url,
        pool_size=20,
        max_overflow=0,
        pool_timeout=WRITE_WAIT_SECONDS,
        hide_parameters=True,
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": 5,
            "options": "-c lock_timeout=5000 -c statement_timeout=30000 -c timezone=UTC",
        },
    )


def _is_busy(error: sa.exc.OperationalError) -> bool:
    text = str(error.orig)
    return "database is locked" in text or "lock timeout" in text


def lost_a_race(error: sa.exc.DBAPIError) -> bool:
    """Whether somebody else was first, so that trying again gives the right answer."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, sa.exc.IntegrityError) or state in _LOST_RACES


_LOST_RACES = frozenset({"40001", "40P01"})
"""Serialization failure and deadlock, by PostgreSQL's codes."""
