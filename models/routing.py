"""Area, seal and vacancies decide exactly one desk."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area, AreaKind, AreaTown
from models.desk import Desk, DeskArea
from models.errors import DomainError
from models.membership import active_members
from models.urgency import Urgency

# Areas overlap; where several that contain a town have a desk, the nearest kind decides.
_NEAREST_FIRST = (
    AreaKind.TOWN,
    AreaKind.ASSOCIATION,
    AreaKind.BEAT,
    AreaKind.SCHOOL_DISTRICT,
    AreaKind.LIVING_AREA,
    AreaKind.MUNICIPALITY,
)


class NotStarted(DomainError):
    """The town has no core yet, so nobody could own a note."""

    key = "note.problem.not_started"


@dataclass(frozen=True)
class Route:
    """Where a note goes. `door` is the desk an unsealed note would be told; it hides a seal."""

    desk: Desk
    door: Desk


def route(session: Session, area: Area | None, urgency: Urgency, *, sealed: bool) -> Route:
    """The one desk that owns a new note; raises NotStarted without a core."""
    home = None if area is None else desk_for(session, area)
    door = None if home is None else standing_in(session, home, urgency)
    if door is not None and not sealed:
        return Route(desk=door, door=door)
    core = Desk.core(session)
    if core is None:
        raise NotStarted
    return Route(desk=core, door=door or core)


def desk_for(session: Session, area: Area) -> Desk | None:
    """The desk that receives an area's notes, by the area itself or one that contains it."""
    containing = sa.select(AreaTown.area_id).where(AreaTown.town_id == area.id)
    rows = session.execute(
        sa.select(Area.kind, Area.id, Desk)
        .join(DeskArea, DeskArea.area_id == Area.id)
        .join(Desk, Desk.id == DeskArea.desk_id)
        .where(sa.or_(Area.id == area.id, Area.id.in_(containing)))
    ).all()
    if not rows:
        return None
    nearest = min(rows, key=lambda row: (_NEAREST_FIRST.index(row[0]), row[1]))
    return nearest[2]


def standing_in(session: Session, desk: Desk, urgency: Urgency) -> Desk | None:
    """The desk itself or the first backup that is staffed and takes the urgency."""
    step: Desk | None = desk
    while step is not None:
        if step.takes(urgency) and is_staffed(session, step):
            return step
        step = step.backup
    return None


def ready(session: Session, desk: Desk, urgency: Urgency) -> Desk:
    """The desk that a thing given to `desk` belongs to now; raises NotStarted without a core."""
    owner = standing_in(session, desk, urgency) or Desk.core(session)
    if owner is None:
        raise NotStarted
    return owner


def is_staffed(session: Session, desk: Desk) -> bool:
    """Whether at least one confirmed, active person staffs the desk."""
    return bool(session.scalar(sa.select(active_members(desk.id).exists())))
