"""What the core holds until a person places it: how many, and how many of them are due today."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import queue
from models.base import run
from models.desk import Desk
from models.handoff import Handoff
from models.queue import IS_HELD, TONIGHT, Handoffs, capped


class Due(NamedTuple):
    """How many of each; one above `queue.COUNT_LIMIT` is "more"."""

    every: int
    """What is not sealed."""
    today: int
    """Those of them that are owed before the town's day ends, or were before."""
    sealed: int
    """What is sealed and owed by then."""


def number(session: Session, held: Handoffs, core: Desk, now: dt.datetime) -> int:
    """How many of `held`, what whoever asks may place; one above the limit is "more"."""
    found: int = run(session, _number(held), queue.params(core, now)).scalar_one()
    return found


def due(session: Session, held: Handoffs, core: Desk, now: dt.datetime) -> Due:
    """The same for the sheet of a day."""
    return Due._make(run(session, _due(held), queue.params(core, now)).one())


@lru_cache(maxsize=64)
def _number(held: Handoffs) -> sa.Select[Any]:
    return sa.select(capped([held.where(IS_HELD)]))


@lru_cache(maxsize=64)
def _due(held: Handoffs) -> sa.Select[Any]:
    is_sealed, is_today = Handoff.is_sealed.is_(True), Handoff.due_at <= TONIGHT
    plain, sealed = held.where(IS_HELD, sa.not_(is_sealed)), held.where(IS_HELD, is_sealed)
    parts = (plain, plain.where(is_today), sealed.where(is_today))
    columns: list[Any] = [capped([part]).label(f"n{n}") for n, part in enumerate(parts)]
    return sa.select(*columns)
