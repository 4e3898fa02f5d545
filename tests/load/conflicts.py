"""What the policy costs a desk's list: rows of `make bench`, or python -m tests.load.conflicts.

The first page and the counts of a desk with so many notes, of which its reader may not see one in
five hundred, by the policy and without any filter. SQLite; both alternately, medians.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, migrations, paging, queue
from models.base import Base, run
from models.conflict import ConflictKind
from models.desk import Desk
from models.handoff import Handoff, Outcome
from models.keys import KeyRing
from models.listed import with_notes
from models.person import Person
from models.phone import Phone
from models.policy import Actor, Permission, reach
from models.policy.conditions import at_one_of
from models.queue import View
from models.store import Store
from tests import town
from tests.town import MORNING, Cast

TIMES = 30
ONE_IN = 500
TABLES = ("thread", "observation", "handoff")


def lines(notes: int) -> Iterator[tuple[str, str]]:
    """What was measured, and how: medians of ms with their ratio to the same without a filter."""
    with tempfile.TemporaryDirectory() as folder:
        store = Store(f"sqlite:///{Path(folder) / 'conflicts.sqlite3'}", KeyRing.ephemeral())
        migrations.upgrade(store.url)
        with store.write() as session:
            cast = town.build(session, noise=False)
            _fill(session, cast, notes)
        with store.write() as session:
            session.execute(sa.text("ANALYZE"))
        with store.read() as session:
            for what, by in _measure(session, cast):
                least = by["nothing"]
                told = [f"{way} {ms:.2f} ms ({ms / least:.2f} x)" for way, ms in by.items()]
                yield f"{what} of {notes:,} by policy", ", ".join(told)
        store.close()


def _fill(session: Session, cast: Cast, notes: int) -> None:
    first = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi)
    session.flush()
    rows = {name: _row(session, name, first.thread_id) for name in TABLES}
    new: dict[str, list[dict[str, object]]] = {name: [] for name in TABLES}
    for _ in range(notes):
        ids = {name: uuid.uuid4() for name in TABLES}
        own = {"thread_id": ids["thread"], "client_id": uuid.uuid4()}
        for name in TABLES:
            its = {key: value for key, value in own.items() if key in rows[name]}
            new[name].append(rows[name] | its | {"id": ids[name]})
    for name in TABLES:
        session.execute(sa.insert(Base.metadata.tables[name]), new[name])
    for row in new["thread"][::ONE_IN]:
        thread_id = uuid.UUID(str(row["id"]))
        conflict.write(session, thread_id, [cast.okada], ConflictKind.FOUND, MORNING)


def _row(session: Session, name: str, thread_id: uuid.UUID) -> dict[str, object]:
    table = Base.metadata.tables[name]
    key = table.c.id if name == "thread" else table.c.thread_id
    return dict(session.execute(sa.select(table).where(key == thread_id)).mappings().one())


def _measure(session: Session, cast: Cast) -> Iterator[tuple[str, dict[str, float]]]:
    """Both parts of a list, each with its median ms by way; all ways take turns."""
    desk = session.get_one(Desk, cast.north_desk)
    actor = Actor.of(session, session.get_one(Person, cast.okada), MORNING)
    ways = {
        "policy": sa.select(Handoff).where(reach(actor, Permission.HANDOFF_READ, Handoff)),
        "without conflicts": sa.select(Handoff).where(_without(actor)),
        "nothing": sa.select(Handoff),
    }
    for what, ask in (("first page", _page), ("counts", _counts)):
        took: dict[str, list[float]] = {way: [] for way in ways}
        for _ in range(TIMES):
            for way, handoffs in ways.items():
                began = time.perf_counter()
                ask(session, handoffs, desk)
                took[way].append(time.perf_counter() - began)
        yield what, {way: statistics.median(found) * 1000 for way, found in took.items()}


def _without(actor: Actor) -> sa.ColumnElement[bool]:
    """What the policy said before there were conflicts."""
    stands = sa.or_(Handoff.outcome.is_(None), Handoff.outcome != Outcome.TAKEN_BACK)
    here = at_one_of(Handoff.desk_id, actor.desk_ids)
    return sa.and_(Handoff.is_sealed.is_(False), here, stands)


def _page(session: Session, handoffs: queue.Handoffs, desk: Desk) -> None:
    page, asked = paging.page(handoffs, View.TO_ACKNOWLEDGE, desk, MORNING)
    run(session, with_notes(page), asked).all()


def _counts(session: Session, handoffs: queue.Handoffs, desk: Desk) -> None:
    statement = queue.counts(handoffs, sa.select(Phone))
    run(session, statement, queue.params(desk, MORNING)).all()


if __name__ == "__main__":
    for line in lines(int(sys.argv[1]) if sys.argv[1:] else 100_000):
        sys.stdout.write(": ".join(line) + "\n")
