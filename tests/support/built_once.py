"""What many tests begin with is made once in a process, and laid into their empty stores after."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.keys import KeyRing
from tests.support.rows import Rows, lay_in, tables_of, taken_from

T = TypeVar("T")
_kept: dict[Hashable, tuple[KeyRing, Any, Rows]] = {}


def built_once(session: Session, key: tuple[Hashable, ...], make: Callable[[], T]) -> T:
    """What `make` gives, in a writing session; its rows are laid in again wherever nothing is.

    `make` depends on `key` and the session's keys alone.
    """
    if session.new:
        return make()
    connection = session.connection()
    tables = tables_of(connection)
    if not _is_empty(connection, tables):
        return make()
    keys: KeyRing = session.info["keys"]
    whole = (*key, id(keys), connection.dialect.name, tables)
    if whole not in _kept:
        made = make()
        session.flush()
        _kept[whole] = keys, made, taken_from(connection, tables)
        return made
    _, made, rows = _kept[whole]
    lay_in(connection, rows)
    return made


def _is_empty(connection: sa.Connection, tables: tuple[str, ...]) -> bool:
    some = " OR ".join(f"EXISTS (SELECT 1 FROM {name})" for name in tables)
    return not connection.exec_driver_sql(f"SELECT {some}").scalar()
