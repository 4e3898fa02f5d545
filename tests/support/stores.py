"""Fixtures that give a test both databases; import them into a conftest."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import migrations
from models.keys import KeyRing
from models.store import Store
from tests.support.postgres import Postgres

_settled: dict[str, sa.Dialect] = {}
"""Each kind's first dialect, once it has met its database; compiled statements are its own."""
_compiled: dict[Any, Any] = {}


def hasty(store: Store) -> Store:
    """The same store in less time: no plug is pulled, and no statement compiled a second time."""
    if store.is_sqlite:

        @sa.event.listens_for(store.engine, "connect")
        def hurry(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")

    kind = store.engine.dialect.name
    if kind not in _settled:
        store.engine.connect().close()
        _settled[kind] = store.engine.dialect
    for engine in (store.engine, store._reader):
        engine.dialect = _settled[kind]
        engine.update_execution_options(compiled_cache=_compiled)
    return store


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One server for all tests of this process."""
    server = Postgres(tmp_path_factory.mktemp("pg"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema, to be copied; in the journal mode that a store asks for."""
    path = tmp_path_factory.mktemp("model") / "model.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
    return path


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path, model_file: Path) -> Iterator[str]:
    """An empty database with the schema; the test runs once on each kind."""
    if request.param == "sqlite":
        shutil.copy(model_file, tmp_path / "both.sqlite3")
        yield f"sqlite:///{tmp_path}/both.sqlite3"
    else:
        server: Postgres = request.getfixturevalue("postgres")
        with server.database() as url:
            yield url


@pytest.fixture
def either(database_url: str, keys: KeyRing) -> Iterator[Store]:
    """A store on either database."""
    store = hasty(Store(database_url, keys))
    yield store
    store.close()


@pytest.fixture
def shared(postgres: Postgres, keys: KeyRing) -> Iterator[Store]:
    """A store on PostgreSQL, where writers do not take turns."""
    with postgres.database() as url:
        store = hasty(Store(url, keys))
        yield store
        store.close()


@contextmanager
def nothing_lasts(store: Store) -> Iterator[None]:
    """From here on every write is rolled back, so that no request changes the next one's town."""
    keeping = store.write

    @contextmanager
    def forgetting(_wait_seconds: float | None = None) -> Iterator[Session]:
        with Session(store.engine, info={"keys": store.keys}, expire_on_commit=False) as session:
            yield session
            session.flush()
            session.rollback()

    store.write = forgetting  # type: ignore[method-assign]
    try:
        yield
    finally:
        store.write = keeping  # type: ignore[method-assign]
