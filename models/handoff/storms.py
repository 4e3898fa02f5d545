"""同じ場所のこと: many notes of one place that wait at one desk stand in its lists as one row.

Who stood there first is the head, and the others are folded under it: `storm_id`. What holds of
every one that is folded, at every instant, whatever verb was done to it or to its head:

* both wait at one desk, are nobody's, sealed alike, and about one place;
* the head is as urgent or more, and is not due later: so whatever is due today, or overdue, is in
  those lists as a row or under a row of them;
* both are marked or neither is: what is sorted last takes along nothing that nobody marked.

Which may stand under which is said in `_may_head` alone, and `settle` is the one way to change by
it: every verb calls it, or `leave` and `join`, of which it is made, once a note's desk, deadline,
urgency or mark is another. What no row may hold is a row itself, and takes those under it that
differ from it by their deadline alone; so a place has a few rows, however many its notes are.
Each keeps its own deadline and is answered by itself. What somebody has stands by itself, so that
whoever looks for theirs finds it, and for what is nobody's the rest. Who holds what: `turns`.
"""

from __future__ import annotations

import datetime as dt
import uuid
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased
from sqlalchemy.orm.attributes import set_committed_value

from models.base import run
from models.handoff import turns
from models.handoff.transitions import State
from models.handoff.turns import hold

if TYPE_CHECKING:
    from models.handoff.entity import Handoff

__all__ = [
    "MANY",
    "WITHIN",
    "beneath",
    "hold",
    "is_of_many",
    "join",
    "leave",
    "settle",
    "unfold_few",
]

MANY = 5
WITHIN = dt.timedelta(hours=24)
_LOOKED_AT = 20
"""Of the rows about one place, the newest; more stand there only where they came slowly."""
_HEAD = sa.bindparam("head", type_=sa.Uuid())
_Row = sa.Row[Any]


def settle(handoff: Handoff) -> None:
    """It is due, urgent or marked otherwise than before: stand where that belongs.

    For whoever holds it.
    """
    if handoff.place_token is not None and handoff.state is State.SENT:
        leave(handoff)
        join(handoff.session, handoff)


def join(session: Session, handoff: Handoff, *, is_of_many: bool = False) -> None:
    """If it waits at its desk from now on, fold it where it makes many of its place or joins many.

    For a saved handoff that is not folded. `is_of_many`: it was one of many where it comes from,
    and needs no more than another to be one row with.
    """
    if handoff.place_token is None or handoff.state is not State.SENT:
        return
    if handoff.claimed_by_id is not None:
        return
    session.flush()
    kind = type(handoff)
    turns.take(session, [handoff.place_token])
    rows = _beside(session, handoff, enough=2 if is_of_many else MANY)
    if not rows:
        return
    turns.hold_rows(session, kind, [row.id for row in rows])
    own = _Own(handoff)
    rows.sort(key=lambda row: (row.newest is None, row.sent_at, row.id))
    # It comes last, however old: of what stands there somebody was told as of the row.
    under = _folded(rows, [own]) if rows[0].newest else _folded([], [*rows, own])
    for head_id, ids in under.items():
        these = sa.or_(kind.id.in_(ids), kind.storm_id.in_(ids))
        session.execute(sa.update(kind).where(these).values(storm_id=head_id))
        if handoff.id in ids:
            # Known to whoever saved it beside the session, too.
            set_committed_value(handoff, "storm_id", head_id)


def leave(handoff: Handoff) -> uuid.UUID | None:
    """It no longer waits with others: the next oldest of those folded under it takes its place.

    Gives which one that is, if any.
    """
    if handoff.place_token is None:
        return None
    session, kind = handoff.session, type(handoff)
    handoff.storm_id = None
    session.flush()
    heir: uuid.UUID | None = None
    while next_one := run(session, _oldest(kind), {"head": handoff.id}).first():
        follows = sa.and_(kind.storm_id == handoff.id, _may_stand_under(kind, next_one))
        session.execute(sa.update(kind).where(follows).values(storm_id=next_one.id))
        itself = sa.update(kind).where(kind.id == next_one.id)
        session.execute(itself.values(storm_id=None))
        heir = heir or next_one.id
    return heir


def beneath(handoff: Handoff) -> set[uuid.UUID]:
    """What is folded under it."""
    if handoff.place_token is None:
        return set()
    handoff.session.flush()
    kind = type(handoff)
    return set(handoff.session.scalars(sa.select(kind.id).where(kind.storm_id == handoff.id)))


def is_of_many(handoff: Handoff) -> bool:
    """Whether it is folded under another, or others under it."""
    if handoff.place_token is None or handoff.state is not State.SENT:
        return False
    under = run(handoff.session, _oldest(type(handoff)), {"head": handoff.id})
    return handoff.storm_id is not None or under.first() is not None


def unfold_few(handoff: Handoff) -> None:
    """Where fewer of its place came within a day than make many, without it, each is a row again.

    For what leaves as if it had never come; what others acted upon counts all the same.
    """
    if handoff.place_token is None:
        return
    session, kind = handoff.session, type(handoff)
    session.flush()
    here = sa.and_(
        kind.desk_id == handoff.desk_id,
        kind.place_token == handoff.place_token,
        kind.is_sealed.is_(handoff.is_sealed),
        kind.id != handoff.id,
    )
    heads = sa.select(kind.storm_id).where(here, kind.storm_id.is_not(None)).distinct()
    for head in session.scalars(heads).all():
        at = session.scalars(sa.select(kind.sent_at).where(kind.id == head)).one()
        near = kind.sent_at.between(at - WITHIN, at + WITHIN)
        number = session.scalar(sa.select(sa.func.count()).where(here, near)) or 0
        if number < MANY:
            few = sa.update(kind).where(kind.storm_id == head)
            session.execute(few.values(storm_id=None))


class _Own:
    """A handoff as the rows of `_standing` are."""

    newest = None

    def __init__(self, handoff: Handoff) -> None:
        self.id, self.sent_at, self.due_at = handoff.id, handoff.sent_at, handoff.due_at
        self.rank, self.is_marked = handoff.rank, handoff.is_marked


def _beside(session: Session, handoff: Handoff, *, enough: int) -> list[_Row]:
    """The rows of its place and time at its desk, where there are enough to be folded."""
    asked = {
        "desk": handoff.desk_id,
        "place": handoff.place_token,
        "sealed": handoff.is_sealed,
        "own": handoff.id,
    }
    found = run(session, _standing(type(handoff)), asked)
    near = [row for row in found if abs((row.newest or row.sent_at) - handoff.sent_at) <= WITHIN]
    is_on = any(row.newest for row in near)
    return near if is_on or len(near) + 1 >= enough else []


def _folded(heads: list[Any], new: list[Any]) -> dict[uuid.UUID, list[uuid.UUID]]:
    """By their head, which rows stand under another from now on, with what is under them."""
    under: dict[uuid.UUID, list[uuid.UUID]] = {}
    for one in new:
        mine = [row for row in heads if row.newest is not None or row in new]
        head = next((head for head in heads if _may_head(head, one)), None)
        if head is not None:
            under.setdefault(head.id, []).append(one.id)
            continue
        for later in [row for row in mine if row.rank == one.rank and _may_head(one, row)]:
            heads.remove(later)
            under.setdefault(one.id, []).extend([later.id, *under.pop(later.id, [])])
        heads.append(one)
    return under


def _may_head(head: Any, other: Any) -> bool:
    """What holds of every head and what is folded under it."""
    is_alike = bool(head.is_marked) is bool(other.is_marked)
    return is_alike and head.rank <= other.rank and head.due_at <= other.due_at


def _may_stand_under(kind: type[Handoff], head: _Row) -> sa.ColumnElement[bool]:
    """The same in a query."""
    is_alike = kind.is_marked.is_(bool(head.is_marked))
    return sa.and_(is_alike, kind.rank >= head.rank, kind.due_at >= head.due_at)


def _stands(kind: type[Handoff]) -> sa.ColumnElement[bool]:
    is_nobodys = kind.claimed_by_id.is_(None)
    return sa.and_(kind.state == State.SENT, kind.storm_id.is_(None), is_nobodys)


@lru_cache(maxsize=1)
def _standing(kind: type[Handoff]) -> sa.Select[Any]:
    """Rows about a place at a desk but for one, each with when the newest under it was sent."""
    folded = aliased(kind)
    newest = sa.select(sa.func.max(folded.sent_at)).where(folded.storm_id == kind.id)
    return (
        sa.select(kind.id, kind.rank, kind.is_marked, kind.due_at, kind.sent_at)
        .add_columns(newest.scalar_subquery().label("newest"))
        .where(
            kind.place_token == sa.bindparam("place"),
            kind.desk_id == sa.bindparam("desk", type_=sa.Uuid()),
            kind.is_sealed == sa.bindparam("sealed"),
            kind.id != sa.bindparam("own", type_=sa.Uuid()),
            kind.place_token.is_not(None),
            _stands(kind),
        )
        .order_by(kind.sent_at.desc(), kind.id.desc())
        .limit(_LOOKED_AT)
    )


@lru_cache(maxsize=1)
def _oldest(kind: type[Handoff]) -> sa.Select[Any]:
    folded = sa.select(kind.id).add_columns(kind.rank, kind.is_marked, kind.due_at)
    return folded.where(kind.storm_id == _HEAD).order_by(kind.sent_at, kind.id).limit(1)
