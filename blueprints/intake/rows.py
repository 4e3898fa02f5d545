"""One page of a desk's list, its rows opened for reading."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from blueprints import access
from blueprints.access import Permission
from blueprints.noted import Noted, noted
from models import queue
from models.desk import Desk
from models.handoff import Handoff
from models.hearing import waits_for_call
from models.person import Person
from models.queue import View
from models.reply import Reply


@dataclass(frozen=True)
class Row:
    """A handoff with its note; `telephone` only where somebody should be told by it."""

    handoff: Handoff
    note: Noted
    waits_for_call: bool
    telephone: str | None


@dataclass(frozen=True)
class Rows:
    """One page; `after` is where the next begins, empty on the last."""

    rows: list[Row]
    after: str


def rows_of(desk: Desk, view: View, after: str) -> Rows:
    """The rows of a view behind a place."""
    listed = queue.VIEWS[view](_readable(), desk, access.now())
    found = list(access.reading().scalars(queue.page(listed, view, after)))
    shown = found[: queue.PAGE_SIZE]
    more = len(found) > len(shown)
    if view is View.TO_TELEPHONE:
        _load_reporters(shown)
    return Rows(_opened(shown, view), queue.place_of(shown[-1], view) if more else "")


def counts_of(desk: Desk) -> Mapping[str, int]:
    """How many rows each view has, up to the limit and one more."""
    counted = access.reading().execute(queue.counts(_readable(), desk, access.now()))
    return dict(counted.one()._mapping)


def _opened(handoffs: list[Handoff], view: View) -> list[Row]:
    notes = [(one, noted(one)) for one in handoffs]
    _load_replies([one for one, note in notes if note.calls])
    return [
        Row(one, note, bool(note.calls) and waits_for_call(one.thread), _telephone(one, view))
        for one, note in notes
    ]


def _readable() -> sa.Select[Handoff]:
    return access.listing(Handoff, Permission.HANDOFF_READ)


def _telephone(handoff: Handoff, view: View) -> str | None:
    return handoff.thread.reporter.telephone if view is View.TO_TELEPHONE else None


def _load_replies(handoffs: list[Handoff]) -> None:
    """Bring the words of some threads into the session at once: they may tell of the call."""
    ids = [handoff.thread_id for handoff in handoffs]
    replies = sa.select(Reply).where(Reply.thread_id.in_(ids)).order_by(Reply.at, Reply.position)
    said: dict[uuid.UUID, list[Reply]] = {thread_id: [] for thread_id in ids}
    for reply in access.reading().scalars(replies):
        said[reply.thread_id].append(reply)
    for handoff in handoffs:
        set_committed_value(handoff.thread, "replies", said[handoff.thread_id])


def _load_reporters(handoffs: list[Handoff]) -> None:
    """Bring the accounts behind the rows into the session at once, not one by one."""
    ids = {handoff.thread.reporter.person_id for handoff in handoffs} - {None}
    people = sa.select(Person).where(Person.id.in_(ids)).options(joinedload(Person.identity))
    # The session keeps rows by weak reference only.
    access.reading().info["reporters"] = access.reading().scalars(people).all()
