"""後ろ盾: what stands still at the desks that one backs up, as a count and nothing of content."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.desk import Desk
from models.handoff import Handoff
from models.town_time import local_date


def beside(session: Session, desk: Desk, now: dt.datetime) -> list[tuple[Desk, int]]:
    """The desks behind which this one stands, with how many of their next dates it was told of.

    Those without any are left out; so is what is sealed, which no desk backs up.
    """
    desks = session.scalars(sa.select(Desk).order_by(Desk.name, Desk.id)).all()
    backed = {one.id: one for one in desks if _stands_behind(desk, one)}
    if not backed:
        return []
    told = sa.and_(Handoff.is_warned, Handoff.watch_at.is_(None), Handoff.is_sealed.is_(False))
    counted = (
        sa.select(Handoff.desk_id, sa.func.count())
        .where(
            Handoff.desk_id.in_(backed), Handoff.next_on < local_date(now), Handoff.is_open, told
        )
        .group_by(Handoff.desk_id)
    )
    counts = {row[0]: row[1] for row in session.execute(counted)}
    return [(one, counts[one.id]) for one in backed.values() if one.id in counts]


def _stands_behind(desk: Desk, of: Desk) -> bool:
    step = of.backup
    while step is not None and step is not desk:
        step = step.backup
    return step is not None
