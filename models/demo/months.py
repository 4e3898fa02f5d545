"""What the invented desks look back on: a year of figures, since the story has too few notes."""

from __future__ import annotations

import datetime as dt
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.desk import Desk
from models.mirror import MirrorLine, MirrorMonth, month_of, months_before
from models.town_time import local_date


def look_back(session: Session, months: list[dict[str, int]], now: dt.datetime) -> None:
    """Give each desk the same year, begun at another month; the core's sealed team some of it.

    What the story counted goes: the worker would make the figures of a few notes from it.
    """
    session.execute(sa.delete(MirrorLine))
    for shift, desk in enumerate(session.scalars(sa.select(Desk).order_by(Desk.name))):
        for n, _ in enumerate(months):
            figures: dict[str, Any] = months[(n + shift) % len(months)]
            month = months_before(month_of(now), len(months) - n)
            at = {"desk_id": desk.id, "month": month, "kept_on": local_date(now)}
            session.add(MirrorMonth(**at, **figures, is_sealed=False))
            if desk.is_core and n % 2:
                session.add(MirrorMonth(**at, **_third(figures), is_sealed=True))


def _third(figures: dict[str, int]) -> dict[str, int]:
    times = ("acknowledge_minutes", "close_minutes")
    return {name: n if name in times else n // 3 for name, n in figures.items()}
