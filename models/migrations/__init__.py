"""Alembic, called from Python: the address of the database comes from the settings alone."""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import sqlalchemy as sa
from alembic import command
from alembic.config import Config

import models
from models import store
from models.base import Base
from models.lock_file import LockFile

_HERE = Path(__file__).parent
_LOCK_KEY = 0x6B697A


def upgrade(url: str | sa.URL) -> None:
    """Bring a database to the newest revision, in one transaction; a new one is made whole."""
    with _connection(url) as connection:
        command.upgrade(_config(connection), "head")


def downgrade(url: str | sa.URL, revision: str) -> None:
    """Take a database back to `revision` ("base" is empty)."""
    with _connection(url) as connection:
        command.downgrade(_config(connection), revision)


def draft(url: str | sa.URL, message: str) -> None:
    """Write a revision with what the models have and the newest revision has not."""
    with _connection(url) as connection:
        config = _config(connection)
        config.attributes["metadata"] = metadata()
        command.revision(config, message, autogenerate=True)


def metadata() -> sa.MetaData:
    """Every table of the domain; imports all modules of it, so that none is forgotten."""
    for module in pkgutil.walk_packages(models.__path__, "models."):
        if not module.name.startswith(("models.migrations", "models.demo")):
            importlib.import_module(module.name)
    return Base.metadata


def _config(connection: sa.Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(_HERE))
    config.attributes["connection"] = connection
    return config


@contextmanager
def _connection(url: str | sa.URL) -> Iterator[sa.Connection]:
    """One transaction that nobody else migrates in; foreign keys rest while tables are rebuilt.

    On SQLite it takes its turn among the writers; raises Busy where that does not come.
    """
    engine = sa.create_engine(url, poolclass=sa.NullPool)
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", _without_own_begin)
        sa.event.listen(engine, "begin", _begin_immediate)
    with _turn(engine), engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK_KEY)))
        yield connection
    engine.dispose()


@contextmanager
def _turn(engine: sa.Engine) -> Iterator[None]:
    if engine.dialect.name != "sqlite":
        yield
        return
    file = LockFile(engine.url)
    try:
        with file.held(time.monotonic() + store.WRITE_WAIT_SECONDS):
            yield
    finally:
        file.close()


def _without_own_begin(connection: object, _record: object) -> None:
    connection.isolation_level = None  # type: ignore[attr-defined]


def _begin_immediate(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")
