"""What a list may be narrowed to: an urgency, an area, what is overdue; all together, too."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area, AreaKind, AreaTown
from models.base import run
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


def areas_of(session: Session, desk: Desk) -> list[tuple[int, str]]:
    """The areas that a desk receives notes of, with their towns, in their reading's order.

    Every town for the core, which stands behind all desks.
    """
    areas = _TOWNS if desk.is_core else _OWN
    return [(row.id, row.name) for row in run(session, areas, {"of": desk.id})]


_AREAS = sa.select(Area.id, Area.name).order_by(Area.kana, Area.id)
_TOWNS = _AREAS.where(Area.kind == AreaKind.TOWN)
_COVERED = sa.select(DeskArea.area_id).where(
    DeskArea.desk_id == sa.bindparam("of", type_=sa.Uuid())
)
_THEIR_TOWNS = sa.select(AreaTown.town_id).where(AreaTown.area_id.in_(_COVERED))
_OWN = _AREAS.where(Area.id.in_(_COVERED.union(_THEIR_TOWNS)))
