"""The databases that tests take after each other are each as new, or another."""

from __future__ import annotations

from typing import LiteralString

import psycopg
import pytest

from models.keys import KeyRing
from models.store import Store
from tests import town
from tests.support.postgres import Postgres
from tests.support.stores import hasty

COUNTED = "SELECT count(*) FROM pg_sequences WHERE last_value IS NOT NULL"


@pytest.fixture
def used(postgres: Postgres, keys: KeyRing) -> str:
    """Where a town was, and somebody stayed in it."""
    with postgres.database() as url:
        store = hasty(Store(url, keys))
        with store.write() as session:
            town.build(session)
        # Never given back: whoever hangs holds up nobody.
        staying = store.engine.connect()
        staying.exec_driver_sql("LOCK TABLE person")
    staying.invalidate()
    staying.close()
    store.close()
    return url


def test_what_was_used_is_empty_and_counts_from_the_beginning(
    postgres: Postgres, used: str
) -> None:
    with postgres.database() as url, _inside(url) as connection:
        assert url == used
        tables = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
        names = {name for (name,) in connection.execute(tables)} - {"alembic_version"}
        assert {n for n in names if connection.execute(f"SELECT 1 FROM {n}").fetchone()} == set()
        assert connection.execute(COUNTED).fetchone() == (0,)


ALTERED: tuple[LiteralString, ...] = (
    "ALTER TABLE beat ADD COLUMN more int",
    "ALTER TABLE beat ALTER COLUMN at DROP NOT NULL",
    "ALTER TABLE beat ALTER COLUMN name TYPE text",
    "ALTER TABLE beat ALTER COLUMN name SET DEFAULT 'x'",
    "ALTER TABLE beat ADD FOREIGN KEY (name) REFERENCES beat",
    "CREATE TRIGGER t BEFORE UPDATE ON beat EXECUTE FUNCTION suppress_redundant_updates_trigger()",
    "UPDATE alembic_version SET version_num = '0001'",
)


def test_what_was_altered_is_not_used_again(postgres: Postgres, used: str) -> None:
    last = used
    for altering in ALTERED:
        with postgres.database() as url, _inside(url) as connection:
            connection.execute(altering)
        with postgres.database() as url, _inside(url) as connection:
            assert url != last, altering
            assert connection.execute("SELECT * FROM beat").fetchall() == []
            last = url


def _inside(url: str) -> psycopg.Connection:
    return psycopg.connect(url.replace("+psycopg", ""), autocommit=True)
