"""What a list may be narrowed to: an urgency, an area, what is overdue; all together, too."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa

from models.area import Area, AreaKind, AreaTown
from models.desk import Desk, DeskArea
from models.urgency import Urgency


@dataclass(frozen=True)
class Narrowing:
    """Nothing set is the whole list."""

    urgency: Urgency | None = None
    area_id: int | None = None
    is_overdue: bool = False
    """Only what the desk owed before now: an acknowledgement, or the word of a next date."""

    def __bool__(self) -> bool:
        return self != WHOLE


WHOLE = Narrowing()


def areas_of(desk: Desk) -> sa.Select[int, str]:
    """Select the areas that a desk receives notes of, with their towns, in their reading's order.

    Every town for the core, which stands behind all desks.
    """
    areas = sa.select(Area.id, Area.name).order_by(Area.kana, Area.id)
    if desk.is_core:
        return areas.where(Area.kind == AreaKind.TOWN)
    mine = sa.select(DeskArea.area_id).where(DeskArea.desk_id == desk.id)
    towns = sa.select(AreaTown.town_id).where(AreaTown.area_id.in_(mine))
    return areas.where(Area.id.in_(mine.union(towns)))
