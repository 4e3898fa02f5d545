"""Area, seal and vacancies decide exactly one desk."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import place, staff_lock
from models.area import Area, AreaKind, AreaTown
from models.desk import Desk, DeskArea
from models.errors import DomainError
from models.membership import Reader, readers
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
    """Where a note goes. `door` is the desk its writer is told.

    It hides a seal, and that others noted the same place: the writer learns neither from it.
    """

    desk: Desk
    door: Desk
    readers: list[Reader]
    """Who is to be told of it."""
    goes_round: bool = False
    """Whether it went past a desk of which everybody is in conflict."""


_CONTAINING = sa.select(AreaTown.area_id).where(AreaTown.town_id == sa.bindparam("area"))
_DESKS = (
    sa.select(Area.kind, Area.id, Desk)
    .join(DeskArea, DeskArea.area_id == Area.id)
    .join(Desk, Desk.id == DeskArea.desk_id)
    .where(sa.or_(Area.id == sa.bindparam("area"), Area.id.in_(_CONTAINING)))
)
_TOWNS = AreaTown.metadata.tables[AreaTown.__tablename__]
_WITHIN, _AROUND = _TOWNS.alias("within"), _TOWNS.alias("around")
_DESKS_OF_TOWNS = (
    sa.select(_WITHIN.c.town_id, Area.kind, Area.id, DeskArea.desk_id)
    .distinct()
    .join(_AROUND, _AROUND.c.town_id == _WITHIN.c.town_id)
    .join(Area, sa.or_(Area.id == _AROUND.c.area_id, Area.id == _WITHIN.c.town_id))
    .join(DeskArea, DeskArea.area_id == Area.id)
    .where(_WITHIN.c.area_id == sa.bindparam("area"))
)


def route(
    session: Session,
    area_id: int | None,
    urgency: Urgency,
    *,
    sealed: bool,
    raised: Urgency | None = None,
    denied: Collection[uuid.UUID] = (),
) -> Route:
    """The one desk that owns a new note; raises NotStarted without a core.

    `urgency`: what the writer chose and ticked; `raised`: what it became by what else is known;
    `denied`: who may not see it.
    """
    home = None if area_id is None else _desk_of(session, area_id)
    door, present = (None, []) if home is None else _standing_in(session, home, urgency)
    owner = door
    if door is not None and raised is not None and not door.takes(raised):
        owner, present = _standing_in(session, door, raised)
    usual = owner
    if owner is not None and denied and not sealed:
        owner, present = _standing_in(session, owner, raised or urgency, denied=denied)
    if owner is not None and not sealed:
        return Route(owner, door or owner, present, goes_round=owner is not usual)
    core = Desk.core(session)
    if core is None:
        raise NotStarted
    told = readers(session, core.id, sealed=sealed, denied=denied)
    goes_round = not sealed and usual not in (None, core)
    return Route(core, door or core, told, goes_round=goes_round)


def desk_for(session: Session, area: Area) -> Desk | None:
    """The desk that receives an area's notes: its own, or the one that its towns belong to."""
    return _desk_of(session, area.id)


def behind(session: Session, area_id: int | None) -> set[uuid.UUID] | None:
    """The desk of an area with all that stand behind it; None where nobody knows the area."""
    if area_id is None:
        return None
    home, core = _desk_of(session, area_id), Desk.core(session)
    chain = [] if home is None else list(home.chain())
    return {one.id for one in (*chain, core) if one is not None}


def desks_around(session: Session, area_id: int) -> set[uuid.UUID]:
    """Every desk that receives notes of an area: by itself, or by an area that contains it."""
    found = {row[2].id for row in session.execute(_DESKS, {"area": area_id})}
    desk = None if found else _desk_of_towns(session, area_id)
    return found if desk is None else {desk.id}


def meant(session: Session, towns: Sequence[Area]) -> Area | None:
    """The one town that was found; of several that one desk receives, its area that holds them.

    The nearest such area. None where there is no such desk or no such area, and where the towns
    are as many as a look-up gives, so that there may be more: somebody has to say which it is.
    """
    if len(towns) == 1:
        return towns[0]
    desks = {_id_of(desk_for(session, town)) for town in towns}
    if len(desks) != 1 or None in desks or len(towns) >= place.MOST:
        return None
    ids = [town.id for town in towns]
    around = (
        sa.select(Area)
        .join(AreaTown, AreaTown.area_id == Area.id)
        .where(AreaTown.town_id.in_(ids))
        .group_by(Area.id)
        .having(sa.func.count() == len(ids))
    )
    nearest = sorted(
        session.scalars(around), key=lambda one: (_NEAREST_FIRST.index(one.kind), one.id)
    )
    return next((one for one in nearest if _id_of(desk_for(session, one)) in desks), None)


def _id_of(desk: Desk | None) -> uuid.UUID | None:
    return None if desk is None else desk.id


def _desk_of(session: Session, area_id: int) -> Desk | None:
    rows = session.execute(_DESKS, {"area": area_id}).all()
    if not rows:
        return _desk_of_towns(session, area_id)
    nearest = min(rows, key=lambda row: (_NEAREST_FIRST.index(row[0]), row[1]))
    return nearest[2]


def _desk_of_towns(session: Session, area_id: int) -> Desk | None:
    """For a beat or a school district: the desk of its towns, where they have the same."""
    nearest: dict[int, tuple[int, int, uuid.UUID]] = {}
    for town, kind, area, desk in session.execute(_DESKS_OF_TOWNS, {"area": area_id}):
        found = (_NEAREST_FIRST.index(kind), area, desk)
        nearest[town] = min(nearest.get(town, found), found)
    desks = {desk for _, _, desk in nearest.values()}
    return session.get(Desk, desks.pop()) if len(desks) == 1 else None


def standing_in(
    session: Session,
    desk: Desk,
    urgency: Urgency,
    about: uuid.UUID | None = None,
    *,
    is_held: bool = True,
) -> Desk | None:
    """The desk itself or the first backup that is staffed and takes the urgency.

    `about`: a thread, of which at least one of them is in no conflict; `is_held` as in `heir`.
    """
    return _standing_in(session, desk, urgency, about=about, is_held=is_held)[0]


def heir(
    session: Session,
    desk: Desk,
    urgency: Urgency,
    *,
    is_held: bool = True,
    about: uuid.UUID | None = None,
) -> Desk | None:
    """Whose it is after its desk: the nearest one behind it, else the core; nobody's after that.

    `is_held`: nobody changes who stands there until this transaction ends; else it is only read.
    `about` as above.
    """
    if desk.is_core:
        return None
    core = Desk.core(session)
    backup = desk.backup or core
    if backup is None:
        return None
    found = _standing_in(session, backup, urgency, is_held=is_held, about=about)[0] or core
    return None if found is desk else found


def ready(
    session: Session,
    desk: Desk,
    urgency: Urgency,
    about: uuid.UUID | None = None,
    *,
    is_held: bool = True,
) -> Desk:
    """The desk that a thing given to `desk` belongs to now; raises NotStarted without a core."""
    owner = standing_in(session, desk, urgency, about, is_held=is_held) or Desk.core(session)
    if owner is None:
        raise NotStarted
    return owner


def is_staffed(session: Session, desk: Desk) -> bool:
    """Whether at least one confirmed, active person staffs the desk."""
    return bool(readers(session, desk.id))


def _standing_in(
    session: Session,
    desk: Desk,
    urgency: Urgency,
    *,
    is_held: bool = True,
    about: uuid.UUID | None = None,
    denied: Collection[uuid.UUID] = (),
) -> tuple[Desk | None, list[Reader]]:
    """The same with those who staff it."""
    for step in desk.chain():
        if is_held:
            staff_lock.share(session, step)
        if not step.takes(urgency):
            continue
        if present := readers(session, step.id, about=about, denied=denied):
            return step, present
    return None, []
