"""Revisions lead from nothing to the models and back, on both databases."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from models import migrations, readiness
from models.desk import Desk, DeskKind
from models.keys import KeyRing
from models.store import Store
from tests.conftest import NOW
from tests.support.postgres import Postgres


@pytest.fixture(params=["sqlite", "postgresql"])
def bare(request: pytest.FixtureRequest, tmp_path: Path, keys: KeyRing) -> Iterator[Store]:
    """A database without any table."""
    if request.param == "sqlite":
        store = Store(f"sqlite:///{tmp_path}/bare.sqlite3", keys)
        yield store
        store.close()
        return
    server: Postgres = request.getfixturevalue("postgres")
    with server.database("template0") as url:
        store = Store(url, keys)
        yield store
        store.close()


def _is_migrated(store: Store) -> bool:
    with store.read() as session:
        return readiness.is_migrated(session)


def test_the_newest_revision_is_what_the_models_say(bare: Store) -> None:
    assert not _is_migrated(bare)
    migrations.upgrade(bare.url)
    assert _is_migrated(bare)
    with bare.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, migrations.metadata()) == []


def test_a_second_upgrade_changes_nothing(bare: Store) -> None:
    migrations.upgrade(bare.url)
    migrations.upgrade(bare.url)
    assert _is_migrated(bare)


def test_every_revision_can_be_taken_back(bare: Store) -> None:
    migrations.upgrade(bare.url)
    migrations.downgrade(bare.url, "base")
    assert set(sa.inspect(bare.engine).get_table_names()) <= {"alembic_version"}
    migrations.upgrade(bare.url)
    assert _is_migrated(bare)


def test_two_cores_of_one_name_become_one_core_and_a_desk_of_another_name(bare: Store) -> None:
    migrations.upgrade(bare.url)
    with bare.write() as session:
        session.add(Desk(kind=DeskKind.CORE, name="支援課", made_at=NOW))
    migrations.downgrade(bare.url, "0005")
    with bare.write() as session:
        later = Desk(kind=DeskKind.CORE, name="支援課", made_at=NOW + dt.timedelta(seconds=1))
        session.add(later)
    migrations.upgrade(bare.url)
    with bare.read() as session:
        first, second = session.scalars(sa.select(Desk).order_by(Desk.made_at))
        assert (first.kind, first.name) == (DeskKind.CORE, "支援課")
        assert (second.kind, second.name) == (DeskKind.INTAKE_POINT, "支援課 (2)")
        assert second.backup is first
