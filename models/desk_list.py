"""The office's list of desks: who is where, and what is missing; counts and names of staff only."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session, selectinload

from models import confirmation
from models.desk import Desk
from models.membership import CORE_STAFF, SEALED_TEAM, Membership
from models.person import Person


@dataclass(frozen=True)
class DeskLine:
    """One desk in the list."""

    desk: Desk
    areas: list[str]
    staff: int
    waiting: int
    sealed: int

    @property
    def is_empty(self) -> bool:
        """Whether nobody staffs it now, so that its backup owns what comes."""
        return self.staff == 0

    @property
    def is_short(self) -> bool:
        """Whether the core has fewer than its two, or its sealed team fewer than its two."""
        return self.desk.is_core and (self.staff < CORE_STAFF or self.sealed < SEALED_TEAM)


def desk_lines(session: Session) -> list[DeskLine]:
    """Every desk with its areas and staff, the core first, then in the order of their making."""
    desks = session.scalars(
        sa.select(Desk)
        .options(
            selectinload(Desk.areas),
            selectinload(Desk.backup),
            selectinload(Desk.members).selectinload(Membership.person),
        )
        .order_by(Desk.made_at, Desk.name)
    )
    waiting = Counter(
        m.desk_id for m in session.scalars(confirmation.waiting(sa.select(Membership)))
    )
    lines = [_line(desk, waiting[desk.id]) for desk in desks]
    return sorted(lines, key=lambda line: not line.desk.is_core)


def members_of(session: Session, desk: Desk) -> list[Membership]:
    """Everybody who has a place at a desk, confirmed or waiting, with their names."""
    query = (
        sa.select(Membership)
        .options(selectinload(Membership.person).selectinload(Person.identity))
        .where(Membership.desk_id == desk.id, Membership.ended_at.is_(None))
        .order_by(Membership.made_at)
    )
    return [m for m in session.scalars(query) if m.person.is_active]


def _line(desk: Desk, waiting: int) -> DeskLine:
    active = [m for m in desk.members if m.is_active]
    return DeskLine(
        desk=desk,
        areas=[area.name for area in desk.areas],
        staff=len(active),
        waiting=waiting,
        sealed=sum(m.in_sealed_team for m in active),
    )
