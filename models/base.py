"""The declarative base, constraint names and the column types every table shares."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, object_session
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
    """Parent of all tables; names every constraint, so that migrations can drop them."""

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


def uuid_key() -> Mapped[uuid.UUID]:
    """A random primary key that tells nothing of order or number."""
    return mapped_column(primary_key=True, default=uuid.uuid4)
