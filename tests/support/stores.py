"""Fixtures that give a test both databases; import them into a conftest."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from models import migrations
from models.keys import KeyRing
from models.store import Store
from tests.support.postgres import Postgres


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """One server for all tests of this process."""
    server = Postgres(tmp_path_factory.mktemp("pg"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def model_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema, to be copied."""
    path = tmp_path_factory.mktemp("model") / "model.sqlite3"
    migrations.upgrade(f"sqlite:///{path}")
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
    store = Store(database_url, keys)
    yield store
    store.close()
