"""後ろ盾: what stands still at the desks that one backs up, as a count and nothing of content."""

from __future__ import annotations

import datetime as dt
from collections import Counter

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.desk import Desk
from models.handoff import Handoff
from models.routing import heir
from models.town_time import local_date


def beside(
    session: Session, desk: Desk, now: dt.datetime, free: sa.ColumnElement[bool] | None = None
) -> list[tuple[Desk, int]]:
    """The desks whose nearest backup this one is, with how many of their next dates passed.

    Counted is what the watch told the backup of; where that has nobody now, it is counted at
    whoever stands in. Desks without any are left out; so is what is sealed, which no desk backs up,
    and what is not `free`, a condition: whoever looks is in conflict about it.
    """
    told = sa.and_(Handoff.is_warned, Handoff.watch_at.is_(None), Handoff.is_sealed.is_(False))
    counted = (
        sa.select(Desk, Handoff.urgency, sa.func.count())
        .join(Handoff, Handoff.desk_id == Desk.id)
        .where(Desk.id != desk.id, Handoff.next_on < local_date(now), Handoff.is_open, told)
        .where(sa.true() if free is None else free)
        .group_by(Desk.id, Handoff.urgency)
        .order_by(Desk.name, Desk.id)
    )
    counts: Counter[Desk] = Counter()
    for one, urgency, number in session.execute(counted):
        if heir(session, one, urgency, is_held=False) is desk:
            counts[one] += number
    return list(counts.items())
