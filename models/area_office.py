"""Areas as the office keeps them: names, which desk receives them, and what is vacant."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, normalise
from models.area import Area, AreaKind, AreaTown
from models.desk import Desk, DeskArea
from models.errors import Invalid
from models.person import Person, PersonState, Role

MADE_KINDS = (
    AreaKind.LIVING_AREA,
    AreaKind.SCHOOL_DISTRICT,
    AreaKind.BEAT,
    AreaKind.ASSOCIATION,
)
"""The kinds the office makes; municipality and towns come with Japan Post's data."""


@dataclass(frozen=True)
class AreaLine:
    """One area in the office's list: counts only."""

    area: Area
    desk: str
    towns: int
    commissioners: int

    @property
    def is_vacant(self) -> bool:
        """A beat without a commissioner: its households belong to the area's intake point."""
        return self.area.kind is AreaKind.BEAT and self.commissioners == 0


def area_lines(session: Session) -> list[AreaLine]:
    """Every area but the single towns, by kind and reading."""
    towns = sa.select(sa.func.count()).where(AreaTown.area_id == Area.id).scalar_subquery()
    commissioners = (
        sa.select(sa.func.count())
        .where(
            Person.area_id == Area.id,
            Person.role == Role.COMMISSIONER,
            Person.state == PersonState.ACTIVE,
        )
        .scalar_subquery()
    )
    rows = session.execute(
        sa.select(Area, Desk.name, towns, commissioners)
        .join(DeskArea, DeskArea.area_id == Area.id, isouter=True)
        .join(Desk, Desk.id == DeskArea.desk_id, isouter=True)
        .where(Area.kind != AreaKind.TOWN)
        .order_by(Area.kana, Area.id)
    )
    order = list(AreaKind)
    lines = [AreaLine(area, desk or "", n, people) for area, desk, n, people in rows]
    return sorted(lines, key=lambda line: order.index(line.area.kind))


def uncovered_towns(session: Session) -> int:
    """How many towns no desk's area contains; their notes go to the core."""
    covered = sa.select(AreaTown.town_id).join(DeskArea, DeskArea.area_id == AreaTown.area_id)
    own = sa.select(DeskArea.area_id)
    query = sa.select(sa.func.count()).where(
        Area.kind == AreaKind.TOWN, Area.id.not_in(covered), Area.id.not_in(own)
    )
    return session.scalar(query) or 0


def save_area(
    session: Session,
    area: Area | None,
    *,
    kind: AreaKind,
    name: str,
    kana: str,
    desk_id: uuid.UUID | None,
    by: Person,
    now: dt.datetime,
) -> Area:
    """Save an area, new (None) or changed, and which desk receives it.

    Raises Invalid for a name its kind already has, or a kind that comes with the data.
    """
    is_new = area is None
    if area is None:
        if kind not in MADE_KINDS:
            raise Invalid("office.problem.area_kind", "kind")
        area = Area(kind=kind, code=name)
    same = sa.or_(Area.name == name, sa.and_(Area.code == name, sa.literal(is_new)))
    taken = session.scalar(sa.select(Area).where(Area.kind == area.kind, same).limit(1))
    if taken is not None and taken is not area:
        raise Invalid("office.problem.area_taken", "name")
    if is_new or area.kind in MADE_KINDS:
        area.name, area.kana, area.folded = name, kana, normalise.place(name)
    session.add(area)
    session.flush()
    _give_to(session, area, desk_id)
    audit.record(session, "make" if is_new else "change", area, now=now, by=by.id)
    return area


def desk_of(session: Session, area: Area) -> uuid.UUID | None:
    """The desk that the area itself is given to, or None."""
    return session.scalar(sa.select(DeskArea.desk_id).where(DeskArea.area_id == area.id))


def _give_to(session: Session, area: Area, desk_id: uuid.UUID | None) -> None:
    given = session.get(DeskArea, area.id)
    if desk_id is None:
        if given is not None:
            session.delete(given)
    elif session.get(Desk, desk_id) is None:
        raise Invalid("office.problem.no_desk", "desk")
    elif given is None:
        session.add(DeskArea(area_id=area.id, desk_id=desk_id))
    else:
        given.desk_id = desk_id
