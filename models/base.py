"""The declarative base, constraint names and the column types every table shares."""

from __future__ import annotations

import datetime as dt
import functools
import itertools
import uuid
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, make_transient_to_detached, object_session
from sqlalchemy.orm import Session as OrmSession

from models.keys import KeyRing


class UtcDateTime(sa.types.TypeDecorator[dt.datetime]):
    """An aware instant; stored as naive UTC on both databases, read back aware."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, _dialect: sa.Dialect) -> Any:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("instants are aware")
        return value.astimezone(dt.UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, _dialect: sa.Dialect) -> dt.datetime | None:
        return None if value is None else value.replace(tzinfo=dt.UTC)


class Days(sa.types.TypeDecorator[list[dt.date]]):
    """A few days in one column, as a list of ISO dates."""

    impl = sa.JSON
    cache_ok = True

    def process_bind_param(self, value: list[dt.date] | None, _dialect: sa.Dialect) -> Any:
        return None if value is None else [day.isoformat() for day in value]

    def process_result_value(
        self, value: list[str] | None, _dialect: sa.Dialect
    ) -> list[dt.date] | None:
        return None if value is None else [dt.date.fromisoformat(day) for day in value]


def words_of(kind: type[StrEnum]) -> sa.Enum:
    """A column type that stores the words of a StrEnum as text, without a database type."""
    return sa.Enum(
        kind,
        native_enum=False,
        create_constraint=False,
        length=24,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Parent of all tables; names every constraint, so that migrations can drop them.

    What people type is counted as they read it, in characters that a database counts as several:
    the forms keep it short, and its column has no length.
    """

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012
        dt.datetime: UtcDateTime,
        uuid.UUID: sa.Uuid,
        bytes: sa.LargeBinary,
        dict[str, Any]: sa.JSON,
        list[str]: sa.JSON,
        list[dt.date]: Days,
    }

    @property
    def session(self) -> OrmSession:
        """The session this row lives in; a detached row is a programming error."""
        session = object_session(self)
        if session is None:
            raise RuntimeError("row without a session")
        return session

    @property
    def keys(self) -> KeyRing:
        """The key ring that the store bound to the session."""
        return keys_of(self.session)


def keys_of(session: OrmSession) -> KeyRing:
    """The key ring bound to `session` by the store."""
    ring = session.info["keys"]
    assert isinstance(ring, KeyRing)
    return ring


def save(session: OrmSession, *rows: Base) -> None:
    """Insert new rows at once, neighbours of one kind together, in the order given.

    Beside the unit of work, at a fraction of its cost: relationships are not looked at, so that
    every id has to be set, and the rows stay outside the session.
    """
    for kind, alike in itertools.groupby(rows, type):
        insert(session, kind, [_values(row) for row in alike])


def keep(session: OrmSession, row: Base) -> None:
    """Insert one new row as `save` does, and hold it in the session as if it had been read."""
    save(session, row)
    make_transient_to_detached(row)
    session.add(row)


def insert(session: OrmSession, kind: type[Base], rows: list[dict[str, Any]]) -> None:
    """Insert rows of one kind, given by their columns, as `save` does."""
    if rows:
        run(session, _insertion(kind), rows)


def run(session: OrmSession, statement: sa.Executable, values: Any) -> sa.CursorResult[Any]:
    """Run a statement of tables, past what the session does for entities, flushing included."""
    # A session makes its savepoint only when it is asked for its connection.
    connection = session.info.get("connection")
    if connection is None or connection.closed or session.in_nested_transaction():
        connection = session.info["connection"] = session.connection()
    found: sa.CursorResult[Any] = connection.execute(statement, values)
    return found


@functools.lru_cache(maxsize=64)
def _insertion(kind: type[Base]) -> sa.Insert:
    return sa.insert(kind.metadata.tables[kind.__tablename__])


def _values(row: Base) -> dict[str, Any]:
    return {name: value for name, value in vars(row).items() if name in row.__table__.c}
