"""One page of a desk's list, its rows opened for reading."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import joinedload
from sqlalchemy.orm.attributes import set_committed_value

from blueprints import access
from blueprints.access import Permission
from blueprints.intake.silent import count_of
from blueprints.noted import Due, Noted, due, noted
from models import paging, queue
from models.delivery import Delivery
from models.desk import Desk
from models.handoff import Handoff
from models.hearing import waits_for_call
from models.narrowing import WHOLE, Narrowing
from models.person import Person
from models.queue import View
from models.reply import Reply
from models.reporter import Reporter
from models.unreached import unreached

SAID_ANEW_SECONDS = 300


@dataclass(frozen=True)
class Row:
    """A handoff with its note; `telephone` only where somebody should be told by it."""

    handoff: Handoff
    note: Noted
    due: Due
    waits_for_call: bool
    telephone: str | None
    is_unread: bool
    """A reply of this desk reached nobody, and nobody read it since."""

    @property
    def has_badges(self) -> bool:
        """Whether there is anything to say below the words."""
        handoff, note = self.handoff, self.note
        marks = (handoff.answered_at, handoff.from_id, handoff.is_sealed, note.came_by)
        return any(marks) or self.waits_for_call or self.is_unread or note.is_good_news


@dataclass(frozen=True)
class Rows:
    """One page; `after` is where the next begins, empty on the last."""

    rows: list[Row]
    after: str


def rows_of(
    desk: Desk,
    view: View,
    after: str,
    size: int | None = None,
    narrowing: Narrowing = WHOLE,
) -> Rows:
    """The rows of a view behind a place, `size` at most, else one page."""
    size = size or queue.PAGE_SIZE
    page, asked = paging.page(
        _readable(), view, desk, access.now(), after=after, size=size, narrowing=narrowing
    )
    found = list(access.reading().scalars(page, asked))
    shown = found[:size]
    more = len(found) > len(shown)
    if view is View.TO_TELEPHONE:
        _load_reporters(shown)
    return Rows(_opened(shown, view), paging.place_of(shown[-1], view) if more else "")


def counts_of(desk: Desk) -> tuple[Mapping[str, int], str]:
    """How many rows each view has, up to the limit and one more, and the tag of the same moment."""
    asked = queue.params(desk, access.now())
    counted = access.reading().execute(queue.counts(_readable()), asked).one()
    found = _with_silent(counted, desk)
    return {view.value: found[view] for view in View if view in found}, _tag(found)


def tag_of(desk: Desk) -> str:
    """What differs as soon as the desk's list, as this person may see it, is out of date."""
    asked = queue.params(desk, access.now())
    row = access.reading().execute(queue.pulse(_readable()), asked).one()
    return _tag(_with_silent(row, desk))


def _with_silent(row: sa.Row[Any], desk: Desk) -> dict[Any, Any]:
    found = dict(row._mapping)
    return found | {View.TO_TELEPHONE.value: found[View.TO_TELEPHONE] + count_of(desk)}


def _tag(found: Mapping[Any, Any]) -> str:
    # What is left of a deadline is said anew every few minutes, too.
    minutes = int(access.now().timestamp() // SAID_ANEW_SECONDS)
    counts = (View.TO_ACKNOWLEDGE, View.TO_TELEPHONE)
    seen = [found[name] for name in (*counts, "moved_at", "ended_at", "said_at")]
    return hashlib.sha256(repr((minutes, seen)).encode()).hexdigest()[:20]


def _opened(handoffs: list[Handoff], view: View) -> list[Row]:
    notes = [(one, noted(one)) for one in handoffs]
    _load_replies([one for one, note in notes if note.calls])
    unread = _unread(handoffs, view)
    # Many are due at the same closing time.
    dues = {at: due(at) for at in {one.due_at for one in handoffs}}
    return [
        Row(
            one,
            note,
            dues[one.due_at],
            _waits(one, note),
            _telephone(one, view),
            one.id in unread,
        )
        for one, note in notes
    ]


def _waits(handoff: Handoff, note: Noted) -> bool:
    return bool(note.calls) and waits_for_call(handoff.thread)


def _readable() -> sa.Select[Handoff]:
    return access.listing(Handoff, Permission.HANDOFF_READ)


def _telephone(handoff: Handoff, view: View) -> str | None:
    return handoff.thread.reporter.telephone if view is View.TO_TELEPHONE else None


def _unread(handoffs: list[Handoff], view: View) -> set[uuid.UUID | None]:
    """The handoffs whose reply waits to be read; what nobody answered yet has hardly any."""
    if not handoffs or view in (View.TO_ACKNOWLEDGE, View.TO_TELEPHONE):
        return set()
    here = unreached(handoffs[0].desk_id).order_by(None)
    ids = [handoff.id for handoff in handoffs]
    found = here.with_only_columns(Delivery.handoff_id).where(Delivery.handoff_id.in_(ids))
    return set(access.reading().scalars(found))


def _load_replies(handoffs: list[Handoff]) -> None:
    """Bring the words of some threads into the session at once: they may tell of the call."""
    if not handoffs:
        return
    ids = [handoff.thread_id for handoff in handoffs]
    replies = sa.select(Reply).where(Reply.thread_id.in_(ids)).order_by(Reply.at, Reply.position)
    said: dict[uuid.UUID, list[Reply]] = {thread_id: [] for thread_id in ids}
    for reply in access.reading().scalars(replies):
        said[reply.thread_id].append(reply)
    for handoff in handoffs:
        set_committed_value(handoff.thread, "replies", said[handoff.thread_id])


def _load_reporters(handoffs: list[Handoff]) -> None:
    """Bring the reporters and their accounts into the session at once, not one by one."""
    session = access.reading()
    threads = [handoff.thread_id for handoff in handoffs]
    reporters = session.scalars(sa.select(Reporter).where(Reporter.thread_id.in_(threads))).all()
    ids = {reporter.person_id for reporter in reporters} - {None}
    people = sa.select(Person).where(Person.id.in_(ids)).options(joinedload(Person.identity))
    # The session keeps rows by weak reference only.
    session.info["reporters"] = [*reporters, *session.scalars(people)]
