"""Tries that several servers of a town count together, in the database they share (PostgreSQL).

On SQLite one process serves a town and counts in its memory: the table stays empty there.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base
from models.store import Store


class Tally(Base):
    """How often something was tried. PostgreSQL logs it nowhere: no replica has any of it."""

    __tablename__ = "tally"

    code: Mapped[bytes] = mapped_column(primary_key=True)
    """What is counted, under the key file and the day: it tells neither a network nor an account,
    and not that one of today was here yesterday."""
    number: Mapped[int]
    ends_at: Mapped[dt.datetime]


def add(store: Store, what: str, span: dt.timedelta, now: dt.datetime, amount: int = 1) -> int:
    """Count more tries, each kept until `span` after the first; gives how many there are."""
    new = postgresql.insert(Tally).values(
        code=_code(store, what, now), number=amount, ends_at=now + span
    )
    is_over = Tally.ends_at <= now
    counted = new.on_conflict_do_update(
        index_elements=[Tally.code],
        set_={
            "number": sa.case(
                (is_over, new.excluded.number), else_=Tally.number + new.excluded.number
            ),
            "ends_at": sa.case((is_over, new.excluded.ends_at), else_=Tally.ends_at),
        },
    )
    with store.at_once() as connection:
        return int(connection.execute(counted.returning(Tally.number)).scalar_one())


def find(store: Store, what: str, now: dt.datetime) -> tuple[int, dt.datetime]:
    """How many tries there are, and until when."""
    this = (Tally.code == _code(store, what, now)) & (Tally.ends_at > now)
    with store.at_once() as connection:
        found = connection.execute(sa.select(Tally.number, Tally.ends_at).where(this)).one_or_none()
    return (0, now) if found is None else (found.number, found.ends_at)


def forget(store: Store, what: str, now: dt.datetime) -> None:
    """Begin anew."""
    with store.at_once() as connection:
        connection.execute(sa.delete(Tally).where(Tally.code == _code(store, what, now)))


def forget_over(store: Store, now: dt.datetime) -> None:
    """Delete what is over."""
    if store.is_sqlite:
        return
    with store.at_once() as connection:
        connection.execute(sa.delete(Tally).where(Tally.ends_at <= now))


def _code(store: Store, what: str, now: dt.datetime) -> bytes:
    return store.keys.index("tally", f"{now.date()}\0{what}")
