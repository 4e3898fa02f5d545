"""What a desk sees of notes of one place that stand in its lists as one row; see `storms`."""

from __future__ import annotations

import uuid
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import listed, queue
from models.base import run
from models.handoff import Handoff
from models.listed import Listed
from models.queue import COUNT_LIMIT, Handoffs

_HEAD = sa.bindparam("head", type_=sa.Uuid())
_ONE_MORE = sa.bindparam("one_more", type_=sa.Integer())


def sizes(session: Session, handoffs: Handoffs, heads: list[uuid.UUID]) -> dict[uuid.UUID, int]:
    """How many are folded under each of these rows; one above COUNT_LIMIT is "more".

    `handoffs`: what whoever asks may read. Rows without any are left out.
    """
    asked = {"heads": heads, "one_more": COUNT_LIMIT + 1}
    return {row.id: row.n for row in run(session, _sizes(handoffs), asked) if row.n}


def folded(session: Session, handoffs: Handoffs, head_id: uuid.UUID) -> list[Listed]:
    """Those folded under a row, the oldest first: as many as one tap takes together with it."""
    under = _folded(handoffs)
    return listed.read(session, under, {"head": head_id, "most": queue.AT_ONCE - 1})


@lru_cache(maxsize=64)
def _sizes(handoffs: Handoffs) -> sa.Select[Any]:
    head = aliased(Handoff)
    some = handoffs.with_only_columns(Handoff.id).where(Handoff.storm_id == head.id)
    some = some.limit(_ONE_MORE).correlate(head)
    number = sa.select(sa.func.count()).select_from(some.subquery()).scalar_subquery()
    return sa.select(head.id, number.label("n")).where(
        head.id.in_(sa.bindparam("heads", expanding=True))
    )


@lru_cache(maxsize=64)
def _folded(handoffs: Handoffs) -> Handoffs:
    under = handoffs.where(Handoff.storm_id == _HEAD)
    most = sa.bindparam("most", type_=sa.Integer())
    return under.order_by(Handoff.sent_at, Handoff.id).limit(most)
