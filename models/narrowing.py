"""What a list may be narrowed to; all of it at once, too."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from functools import lru_cache

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area, near
from models.base import run
from models.desk import Desk
from models.handoff import Handoff, State
from models.queue import IS_HERE, IS_ROW, Handoffs
from models.sign import Field
from models.urgency import Urgency


@dataclass(frozen=True)
class Narrowing:
    """Nothing set is the whole list."""

    urgency: Urgency | None = None
    area_id: int | None = None
    is_overdue: bool = False
    """Only what the desk owed before now: an acknowledgement, or the word of a next date."""
    around: tuple[int, ...] = ()
    """The areas whose notes may be of the area, too, as `around` finds them."""
    person_id: uuid.UUID | None = None
    """Only what this member of the desk has."""
    is_nobodys: bool = False
    """Only what nobody has."""
    state: State | None = None
    field: Field | None = None
    """Of the signs, else of whom it is about: it stands in the note alone, so that `fielded` opens
    the list for it."""

    def __bool__(self) -> bool:
        return self != WHOLE

    @property
    def is_by_note(self) -> bool:
        """Whether by what each of several notes that stand as one row may have otherwise."""
        return bool(self.urgency or self.field or self.areas)

    @property
    def areas(self) -> tuple[int, ...]:
        """The areas that a row may have; none where it may have any."""
        return self.around or (() if self.area_id is None else (self.area_id,))


WHOLE = Narrowing()


def areas_of(session: Session, handoffs: Handoffs, desk: Desk) -> list[tuple[int, str]]:
    """The areas that notes at a desk have, in their reading's order; `handoffs`: who asks reads."""
    return [(row.id, row.name) for row in run(session, _occurring(handoffs), {"desk": desk.id})]


def around(session: Session, area_id: int) -> frozenset[int]:
    """The areas whose notes may be of an area, by their ids: a note names one of several."""
    return frozenset(run(session, _NEAR, {"area": area_id}).scalars())


_NEAR = near(sa.select(Area.id).where(Area.id == sa.bindparam("area")))


@lru_cache(maxsize=64)
def _occurring(handoffs: Handoffs) -> sa.Select[int, str]:
    """As many steps along an index as there are areas, however many notes each of them has."""
    here = handoffs.with_only_columns(Handoff.area_id).where(IS_HERE, IS_ROW)
    here = here.order_by(Handoff.area_id)
    least = here.where(Handoff.area_id.is_not(None)).limit(1).scalar_subquery()
    seen = sa.select(least.label("id")).cte("seen", recursive=True)
    following = here.where(Handoff.area_id > seen.c.id).limit(1).scalar_subquery()
    seen = seen.union_all(sa.select(following).where(seen.c.id.is_not(None)))
    found = sa.select(Area.id, Area.name).join(seen, seen.c.id == Area.id)
    return found.order_by(Area.kana, Area.id)
