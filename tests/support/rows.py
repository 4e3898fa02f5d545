"""Every row of a database, taken and laid in again as it was, on either kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import sqlalchemy as sa

_TABLES = {
    "sqlite": "SELECT name FROM sqlite_master WHERE type = 'table'",
    "postgresql": "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
}
_COUNTERS = """
SELECT sequencename, last_value FROM pg_sequences
WHERE schemaname = 'public' AND last_value IS NOT NULL
"""


class Rows(NamedTuple):
    """By table, as the database's own driver takes them; and where PostgreSQL counts on from."""

    tables: dict[str, Any]
    counters: list[tuple[str, int]]


def tables_of(connection: sa.Connection) -> tuple[str, ...]:
    """The names of all tables but the schema's own mark."""
    names = connection.exec_driver_sql(_TABLES[connection.dialect.name]).scalars()
    return tuple(name for name in names if name != "alembic_version")


def taken_from(connection: sa.Connection, tables: tuple[str, ...]) -> Rows:
    """What is in them within this transaction."""
    raw = _driver(connection)
    if connection.dialect.name == "sqlite":
        found = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        return Rows({name: rows for name, rows in found.items() if rows}, [])
    copied = {name: _copied(raw, name) for name in tables if _has_any(raw, name)}
    return Rows(copied, raw.execute(_COUNTERS).fetchall())


def lay_in(connection: sa.Connection, rows: Rows) -> None:
    """Into tables where nothing is, within this transaction."""
    raw = _driver(connection)
    lay: Callable[[Any, Rows], None] = _lay_in_sqlite
    if connection.dialect.name == "postgresql":
        lay = _lay_in_postgresql
    lay(raw, rows)


def _lay_in_sqlite(raw: Any, rows: Rows) -> None:
    raw.execute("PRAGMA defer_foreign_keys = ON")
    for name, of in rows.tables.items():
        holes = ",".join("?" * len(of[0]))
        raw.executemany(f"INSERT INTO {name} VALUES ({holes})", of)


def _lay_in_postgresql(raw: Any, rows: Rows) -> None:
    # No foreign key is looked at: the rows stood together before.
    raw.execute("SET LOCAL session_replication_role = replica")
    for name, of in rows.tables.items():
        with raw.cursor().copy(f"COPY {name} FROM STDIN (FORMAT BINARY)") as copy:
            copy.write(of)
    raw.execute("SET LOCAL session_replication_role = origin")
    for name, last in rows.counters:
        raw.execute("SELECT setval(%s, %s)", (name, last))


def _copied(raw: Any, name: str) -> bytes:
    with raw.cursor().copy(f"COPY {name} TO STDOUT (FORMAT BINARY)") as copy:
        return b"".join(copy)


def _has_any(raw: Any, name: str) -> bool:
    return raw.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() is not None


def _driver(connection: sa.Connection) -> Any:
    raw = connection.connection.driver_connection
    assert raw is not None
    return raw
