"""Ended notes of the ten years before, copied by the database itself: a million in a few minutes.

What they say stays sealed for the row it was copied from, so that none can be opened: work that
opened one would fail, and a bench with it.
"""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Base
from models.clue import Clue
from models.delivery import Delivery
from models.handoff import Handoff
from models.observation import Observation
from models.reporter import Reporter
from models.store import Store
from models.thread import Thread
from tests.load.seed import DAYS

ORIGINALS, BATCH = 1_000, 50
"""Notes that are copied, and how often within one transaction."""
_KINDS: tuple[type[Base], ...] = (Thread, Reporter, Observation, Clue, Handoff, Delivery)
_COPIED = {f"{kind.__tablename__}.id" for kind in _KINDS}
_DAYS = f"({DAYS} + 2 * n)"
_NUMBERS = (
    "(WITH RECURSIVE s(n) AS (SELECT CAST(:first AS INTEGER)"
    " UNION ALL SELECT n + 1 FROM s WHERE n < :last) SELECT n FROM s) AS numbers"
)


def add_older(store: Store, number: int) -> None:
    """Add at least so many, each before all notes that are there."""
    with store.read() as session:
        originals = _ended(session)
    times = -(-number // len(originals))
    for first in range(1, times + 1, BATCH):
        last = min(first + BATCH - 1, times)
        with store.write() as session:
            for statement in _statements(session, originals):
                session.execute(statement, {"first": first, "last": last})


def _ended(session: Session) -> list[str]:
    """Threads at their end, as the database writes their ids."""
    is_over = sa.select(Handoff.thread_id).where(Handoff.is_open | Handoff.is_sealed)
    query = sa.select(Thread.id).where(Thread.id.not_in(is_over)).limit(ORIGINALS)
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    return [one.hex if is_sqlite else str(one) for one in session.scalars(query)]


def _statements(session: Session, originals: list[str]) -> Iterator[sa.TextClause]:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    threads = ", ".join(f"'{one}'" for one in originals)
    for kind in _KINDS:
        table = kind.metadata.tables[kind.__tablename__]
        columns = [column for column in table.columns if column is not Clue.__table__.c.id]
        values = ", ".join(_value(column, is_sqlite=is_sqlite) for column in columns)
        names = ", ".join(f'"{column.name}"' for column in columns)
        mine = "thread_id"
        if kind is Thread:
            mine = "id"
        elif kind is Clue:
            mine = "observation_id"
        notes = f"SELECT id FROM observation WHERE thread_id IN ({threads})"
        yield sa.text(
            f"INSERT INTO {table.name} ({names}) SELECT {values} FROM {table.name}"
            f" JOIN {_NUMBERS} ON TRUE"
            f" WHERE {mine} IN ({notes if kind is Clue else threads})"
        )


def _value(column: sa.Column[object], *, is_sqlite: bool) -> str:
    """What a copy has in a column: ids and days of its own, its own place, else the same."""
    name, of = f'"{column.name}"', column.table.name
    if (of, column.name) == ("clue", "token"):
        return "randomblob(16)" if is_sqlite else "uuid_send(gen_random_uuid())"
    if (of, column.name) == ("delivery", "address"):
        return "hex(randomblob(11))" if is_sqlite else "left(md5(random()::text), 22)"
    if column.name == "storm_id":
        return "NULL"
    points = {key.target_fullname for key in column.foreign_keys}
    is_own = column.name in {"id", "client_id"} or points & _COPIED
    if is_own:
        return _own_id(name, is_sqlite=is_sqlite)
    if isinstance(column.type, sa.Date):
        return f"date({name}, '-' || {_DAYS} || ' days')" if is_sqlite else f"{name} - {_DAYS}"
    if isinstance(getattr(column.type, "impl", None), sa.DateTime):
        moved = f"strftime('%Y-%m-%d %H:%M:%f', {name}, '-' || {_DAYS} || ' days') || '000'"
        return moved if is_sqlite else f"{name} - make_interval(days => {_DAYS})"
    return name


def _own_id(name: str, *, is_sqlite: bool) -> str:
    """The original's, its last eight digits the number of the copy."""
    if is_sqlite:
        return f"substr({name}, 1, 24) || printf('%08x', n)"
    return f"(left(replace({name}::text, '-', ''), 24) || lpad(to_hex(n), 8, '0'))::uuid"
