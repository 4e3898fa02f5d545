"""What wants the administrator's eye, in counts."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.office import bp
from blueprints.office.page import Page, page
from models.area_office import area_lines, uncovered_towns
from models.desk import Desk
from models.going_round import nobodys
from models.membership import Membership
from models.own_clue import is_unanswered
from models.person import Person, PersonState, Role
from models.routing import is_staffed
from models.town import CallNumber
from models.town_time import local_date


@dataclass(frozen=True)
class Counts:
    """Everything the first page tells; numbers only."""

    has_core: bool
    empty_desks: int
    waiting: int
    nobody_reads: int
    unanswered: int
    vacant_beats: int
    uncovered: int
    stale_numbers: int
    people: dict[Role, int]

    @staticmethod
    def of(session: Session) -> Counts:
        """The counts of this moment."""
        desks = session.scalars(access.listing(Desk, Permission.OFFICE, session)).all()
        today = local_date(access.now())
        return Counts(
            has_core=any(desk.is_core for desk in desks),
            empty_desks=sum(not is_staffed(session, desk) for desk in desks),
            waiting=session.scalar(_waiting()) or 0,
            nobody_reads=session.scalar(nobodys()) or 0,
            unanswered=session.scalar(_unanswered()) or 0,
            vacant_beats=sum(line.is_vacant for line in area_lines(session)),
            uncovered=uncovered_towns(session),
            stale_numbers=sum(number.is_stale(today) for number in CallNumber.sheet(session)),
            people=_people(session),
        )


@bp.get("")
@allow(Permission.OFFICE)
def show_overview() -> Page:
    """The start page of the office."""
    return page("overview", counts=Counts.of(access.reading()))


def _waiting() -> sa.Select[int]:
    return (
        sa.select(sa.func.count())
        .select_from(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.confirmed_at.is_(None),
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
        )
    )


def _unanswered() -> sa.Select[int]:
    """How many have not said where they live, for conflicts of interest."""
    asked = sa.select(sa.func.count()).select_from(Person)
    return asked.where(Person.state == PersonState.ACTIVE, is_unanswered())


def _people(session: Session) -> dict[Role, int]:
    rows = session.execute(
        sa.select(Person.role, sa.func.count())
        .where(Person.state == PersonState.ACTIVE)
        .group_by(Person.role)
    )
    found = {row[0]: row[1] for row in rows}
    return {role: found.get(role, 0) for role in Role}
