"""同じ場所のこと: many notes of one place that wait at one desk stand in its lists as one row.

The oldest is the head, and the others are folded under it: `storm_id`. One that would stand
before the head, since it is more urgent or the head alone came beyond the limits, is a row of its
own, under which its like are folded; so a place has a few rows, however many its notes are.
Each keeps its own deadline and is answered by itself. What somebody has stands by itself, so that
whoever looks for theirs finds it, and for what is nobody's the rest.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Collection
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models.base import run
from models.handoff.transitions import State

if TYPE_CHECKING:
    from models.handoff.entity import Handoff

MANY = 5
WITHIN = dt.timedelta(hours=24)
_LOOKED_AT = 20
"""Of the rows about one place, the newest; more stand there only where they came slowly."""
_HEAD = sa.bindparam("head", type_=sa.Uuid())
_Row = sa.Row[Any]


def join(session: Session, handoff: Handoff) -> None:
    """If it waits at its desk from now on, fold it where it makes many of its place or joins many.

    For a saved handoff that is not folded; those of its place are held until the transaction ends.
    """
    if handoff.place_token is None or handoff.state is not State.SENT:
        return
    if handoff.claimed_by_id is not None:
        return
    session.flush()
    kind = type(handoff)
    _enter(session, handoff)
    rows = _beside(session, handoff)
    while rows and not _hold(session, kind, rows):
        rows = _beside(session, handoff)
    own = _Own(handoff)
    if any(row.newest for row in rows):
        heads_first = sorted(rows, key=lambda row: (row.newest is None, row.sent_at, row.id))
        _fold(session, kind, heads_first, [own])
    elif rows:
        _fold(session, kind, [], sorted([*rows, own], key=lambda row: (row.sent_at, row.id)))


def leave(handoff: Handoff) -> None:
    """It no longer waits with others: the next oldest of those folded under it takes its place."""
    if handoff.place_token is None:
        return
    session, kind = handoff.session, type(handoff)
    handoff.storm_id = None
    session.flush()
    while next_one := run(session, _oldest(kind), {"head": handoff.id}).first():
        follows = sa.and_(kind.storm_id == handoff.id, ~_is_before(kind, next_one))
        session.execute(sa.update(kind).where(follows).values(storm_id=next_one.id))
        itself = sa.update(kind).where(kind.id == next_one.id)
        session.execute(itself.values(storm_id=None))


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


def hold(
    session: Session, kind: type[Handoff], ids: Collection[uuid.UUID], *, is_waiting: bool = True
) -> bool:
    """Hold handoffs on PostgreSQL with all that is folded under them, in one order for everybody.

    Gives whether all of it is held; what somebody else holds is left out without `is_waiting`.
    """
    if session.get_bind().dialect.name != "postgresql":
        return True
    rows = sa.select(kind.id).where(sa.or_(kind.id.in_(ids), kind.storm_id.in_(ids)))
    held = rows.order_by(kind.id).with_for_update(skip_locked=not is_waiting)
    found = set(session.scalars(held))
    return is_waiting or found >= set(session.scalars(rows))


class _Own:
    """A handoff as the rows of `_standing` are."""

    newest = None

    def __init__(self, handoff: Handoff) -> None:
        self.id, self.sent_at = handoff.id, handoff.sent_at
        self.rank, self.is_beyond = handoff.rank, handoff.is_beyond


def _enter(session: Session, handoff: Handoff) -> None:
    """Come to a place one after another, so that the fifth sees the four before it."""
    if session.get_bind().dialect.name != "postgresql":
        return
    assert handoff.place_token is not None
    digest = hashlib.sha256(handoff.desk_id.bytes + handoff.place_token).digest()
    key = int.from_bytes(digest[:8], signed=True)
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(key)))


def _beside(session: Session, handoff: Handoff) -> list[_Row]:
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
    return near if is_on or len(near) + 1 >= MANY else []


def _hold(session: Session, kind: type[Handoff], rows: list[_Row]) -> bool:
    """Hold rows until the transaction ends; False where one of them is none any more."""
    if session.get_bind().dialect.name != "postgresql":
        return True
    ids, desks = {row.id for row in rows}, {row.desk_id for row in rows}
    same = sa.and_(kind.id.in_(ids), kind.desk_id.in_(desks), _stands(kind))
    held = session.scalars(sa.select(kind.id).where(same).order_by(kind.id).with_for_update())
    return set(held) == ids


def _fold(session: Session, kind: type[Handoff], heads: list[Any], new: list[Any]) -> None:
    """Fold each of the new ones under the first that it does not stand before; else it is one."""
    under: dict[uuid.UUID, list[uuid.UUID]] = {}
    for one in new:
        head = next((head for head in heads if _place(head) <= _place(one)), None)
        if head is None:
            heads.append(one)
        else:
            under.setdefault(head.id, []).append(one.id)
    for head_id, ids in under.items():
        session.execute(sa.update(kind).where(kind.id.in_(ids)).values(storm_id=head_id))


def _place(row: Any) -> tuple[int, bool]:
    return row.rank, row.is_beyond


def _is_before(kind: type[Handoff], row: _Row) -> sa.ColumnElement[bool]:
    """The same order in a query; a person's mark folds and unfolds nothing."""
    is_more_urgent: sa.ColumnElement[bool] = kind.rank < row.rank
    if not row.is_beyond:
        return is_more_urgent
    return sa.or_(is_more_urgent, sa.and_(kind.rank == row.rank, kind.is_beyond.is_(False)))


def _stands(kind: type[Handoff]) -> sa.ColumnElement[bool]:
    is_nobodys = kind.claimed_by_id.is_(None)
    return sa.and_(kind.state == State.SENT, kind.storm_id.is_(None), is_nobodys)


@lru_cache(maxsize=1)
def _standing(kind: type[Handoff]) -> sa.Select[Any]:
    """Rows about a place at a desk but for one, each with when the newest under it was sent."""
    folded = aliased(kind)
    newest = sa.select(sa.func.max(folded.sent_at)).where(folded.storm_id == kind.id)
    return (
        sa.select(kind.id, kind.desk_id, kind.rank, kind.is_beyond, kind.sent_at)
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
    folded = sa.select(kind.id).add_columns(kind.rank, kind.is_beyond)
    return folded.where(kind.storm_id == _HEAD).order_by(kind.sent_at, kind.id).limit(1)
