"""What many tests begin with is made once in a process, and laid into their empty stores after."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.keys import KeyRing

T = TypeVar("T")
Rows = dict[str, list[tuple[Any, ...]]]
_kept: dict[Hashable, tuple[KeyRing, Any, Rows]] = {}
_TABLES = sa.text(
    "SELECT name FROM sqlite_master WHERE type = 'table' AND name != 'alembic_version'"
)


def built_once(session: Session, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """What `make` gives, in a writing session; its rows are laid in again wherever nothing is.

    `make` depends on `key` and the session's keys alone. Only on SQLite; elsewhere it is made.
    """
    if session.get_bind().dialect.name != "sqlite" or session.new:
        return make()
    tables = session.scalars(_TABLES).all()
    raw = session.connection().connection.driver_connection
    assert raw is not None
    if any(raw.execute(f"SELECT 1 FROM {name} LIMIT 1").fetchone() for name in tables):
        return make()
    keys: KeyRing = session.info["keys"]
    whole = (*key, id(keys), tuple(tables))
    if whole not in _kept:
        made = make()
        session.flush()
        found = {name: raw.execute(f"SELECT * FROM {name}").fetchall() for name in tables}
        _kept[whole] = keys, made, {name: rows for name, rows in found.items() if rows}
        return made
    _, made, rows = _kept[whole]
    raw.execute("PRAGMA defer_foreign_keys = ON")
    for name, of in rows.items():
        holes = ",".join("?" * len(of[0]))
        raw.executemany(f"INSERT INTO {name} VALUES ({holes})", of)
    return made
