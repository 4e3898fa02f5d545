"""Who of a desk has how much of what it owes, and what those have who are absent."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import queue
from models.bands import DATED, Shape, bands_of
from models.base import run
from models.desk import Desk
from models.handoff import Handoff
from models.membership import Membership
from models.queue import DESK, IS_HERE, IS_SENT, NOW, TODAY, Handoffs, View, capped, with_folded
from models.town_time import local_date

DAYS = 7
"""How many days, with today, the next dates are counted that come."""
_LAST = sa.bindparam("last", type_=sa.Date())
# By the state: of what one person has the databases else look through the whole desk's dates.
_MOVES = sa.and_(IS_HERE, Handoff.state.in_(DATED))
_COMES = sa.and_(Handoff.next_on >= TODAY, Handoff.next_on <= _LAST)
_AWAY = sa.bindparam("away", expanding=True, type_=sa.Uuid())


class Load(NamedTuple):
    """How many of each; one above `queue.COUNT_LIMIT` is "more"."""

    waiting: int
    moving: int
    overdue: int
    coming: int
    """Next dates from today on, within DAYS."""


def loads(
    session: Session,
    handoffs: Handoffs,
    desk: Desk,
    people: Sequence[uuid.UUID],
    now: dt.datetime,
) -> tuple[Load, dict[uuid.UUID, Load]]:
    """What nobody has, and what each of the people has; `handoffs`: what who asks may read."""
    asked = queue.params(desk, now) | {f"own{n}": one for n, one in enumerate(people)}
    asked["last"] = local_date(now) + dt.timedelta(days=DAYS - 1)
    row = run(session, _loads(handoffs, len(people)), asked).one()
    nobodys, *each = (Load(*row[n : n + _PARTS]) for n in range(0, len(row), _PARTS))
    return nobodys, dict(zip(people, each, strict=True))


def left_behind(handoffs: Handoffs, desk: Desk, away: Sequence[uuid.UUID]) -> queue.Asked:
    """What those have who are absent, the most urgent first; one more than a page holds."""
    asked = {"desk": desk.id, "away": list(away), "most": queue.PAGE_SIZE + 1}
    return _left_behind(handoffs), asked


def is_left_behind(
    session: Session, handoffs: Handoffs, desk: Desk, me: uuid.UUID | None, now: dt.datetime
) -> bool:
    """Whether somebody else is absent today who has something; `handoffs` as above."""
    asked = {"desk": desk.id, "me": me, "today": local_date(now)}
    return run(session, _is_left_behind(handoffs), asked).first() is not None


_PARTS = len(Load._fields)


@lru_cache(maxsize=64)
def _left_behind(handoffs: Handoffs) -> Handoffs:
    # What ended is nobody's, so that these are open.
    had = handoffs.where(IS_HERE, Handoff.claimed_by_id.in_(_AWAY))
    first = (Handoff.rank, Handoff.is_marked, Handoff.due_at, Handoff.id)
    return had.order_by(*first).limit(sa.bindparam("most", type_=sa.Integer()))


@lru_cache(maxsize=64)
def _is_left_behind(handoffs: Handoffs) -> sa.Select[Any]:
    away = sa.select(Membership.person_id).where(
        Membership.desk_id == DESK,
        Membership.person_id != sa.bindparam("me", type_=sa.Uuid()),
        Membership.away_from <= TODAY,
        Membership.away_until >= TODAY,
    )
    had = handoffs.where(IS_HERE, Handoff.claimed_by_id.in_(away))
    return had.with_only_columns(Handoff.id).limit(1)


@lru_cache(maxsize=64)
def _loads(handoffs: Handoffs, people: int) -> sa.Select[Any]:
    columns = _nobodys(handoffs)
    for n in range(people):
        own = Handoff.claimed_by_id == sa.bindparam(f"own{n}", type_=sa.Uuid())
        columns += _own(handoffs.where(own))
    named: list[sa.ColumnElement[Any]] = [one.label(f"n{n}") for n, one in enumerate(columns)]
    return sa.select(*named)


def _nobodys(handoffs: Handoffs) -> list[sa.ScalarSelect[int]]:
    """In the bands of the lists, since it may be much."""

    def parts(view: View, *, is_overdue: bool = False) -> list[Handoffs]:
        shape = Shape(None, 0, is_overdue, is_nobodys=True)
        return [band.of(handoffs) for band in bands_of(view, shape)]

    waiting, moving = parts(View.TO_ACKNOWLEDGE), parts(View.MOVING)
    late, is_late = parts(View.DUE_TODAY, is_overdue=True), Handoff.due_at < NOW
    return [
        capped([*waiting, *(with_folded(part, handoffs) for part in waiting)]),
        capped(moving),
        capped([*late, *(with_folded(part, handoffs, is_late) for part in late)]),
        capped([part.where(_COMES) for part in moving]),
    ]


def _own(had: Handoffs) -> list[sa.ScalarSelect[int]]:
    sent, moving = had.where(IS_SENT), had.where(_MOVES)
    return [
        capped([sent]),
        capped([moving]),
        capped([sent.where(Handoff.due_at < NOW), moving.where(Handoff.next_on < TODAY)]),
        capped([moving.where(_COMES)]),
    ]
