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
from models.base import run
from models.desk import Desk
from models.handoff import Handoff
from models.membership import Membership
from models.queue import DESK, IS_DATED, IS_HERE, IS_SENT, NOW, TODAY, Handoffs, capped
from models.town_time import local_date

DAYS = 7
"""How many days, with today, the next dates are counted that come."""
_LAST = sa.bindparam("last", type_=sa.Date())
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
    nobodys = handoffs.where(Handoff.claimed_by_id.is_(None))
    columns = _load(nobodys.where(Handoff.acknowledged_at.is_(None)), nobodys)
    for n in range(people):
        own = handoffs.where(Handoff.claimed_by_id == sa.bindparam(f"own{n}", type_=sa.Uuid()))
        columns += _load(own, own)
    named: list[sa.ColumnElement[Any]] = [one.label(f"n{n}") for n, one in enumerate(columns)]
    return sa.select(*named)


def _load(to_send: Handoffs, dated: Handoffs) -> list[sa.ScalarSelect[int]]:
    sent, moving = to_send.where(IS_SENT), dated.where(IS_DATED)
    return [
        capped([sent]),
        capped([moving]),
        capped([sent.where(Handoff.due_at < NOW), moving.where(Handoff.next_on < TODAY)]),
        capped([moving.where(Handoff.next_on >= TODAY, Handoff.next_on <= _LAST)]),
    ]
