"""People who change desks, are suspended or leave: their work never stays without an owner."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.desk import Desk, DeskKind
from models.errors import Invalid
from models.handoff import Handoff, open_at
from models.joining import end_access
from models.membership import CORE_STAFF, SEALED_TEAM, Membership, active_members
from models.person import Person, PersonState
from models.reporter import threads_of
from models.routing import is_staffed, standing_in


def suspend(session: Session, person: Person, by: Person, now: dt.datetime) -> None:
    """Stop a person at once: sessions, phones and ownership end in this transaction.

    Raises Invalid for the last two of the core or of its sealed team.
    """
    desks = _let_go(session, person)
    person.state = PersonState.SUSPENDED
    end_access(session, person, now)
    audit.record(session, "suspend", person, now=now, by=by.id)
    _hand_over(session, desks, now)


def readmit(session: Session, person: Person, by: Person, now: dt.datetime) -> None:
    """Let a suspended person take part again, by a new personal invitation."""
    if person.state is not PersonState.SUSPENDED:
        raise Invalid("office.problem.not_suspended")
    person.state = PersonState.ACTIVE
    audit.record(session, "readmit", person, now=now, by=by.id)


def end_membership(session: Session, membership: Membership, by: Person, now: dt.datetime) -> None:
    """Take a person off a desk; raises Invalid for the core's last two."""
    _refuse_last_two(session, membership)
    membership.ended_at = now
    audit.record(
        session, "end_membership", membership, now=now, by=by.id, desk_id=membership.desk_id
    )
    _hand_over(session, [membership.desk], now)


def leave(session: Session, person: Person, now: dt.datetime) -> None:
    """Leave and be forgotten: the identity and its key go, notes stay as 地域の方."""
    desks = _let_go(session, person)
    for reporter in session.scalars(threads_of(session, person)):
        reporter.forget()
    person.state = PersonState.LEFT
    person.identity = None
    person.area_id = None
    end_access(session, person, now)
    audit.record(session, "leave", person, now=now, by=person.id)
    _hand_over(session, desks, now)


def _let_go(session: Session, person: Person) -> list[Desk]:
    held = [m for m in person.memberships if m.is_active]
    for membership in held:
        _refuse_last_two(session, membership)
    return [membership.desk for membership in held]


def _refuse_last_two(session: Session, membership: Membership) -> None:
    if membership.desk.kind is not DeskKind.CORE or not membership.is_active:
        return
    if _count(session, membership, sealed=False) <= CORE_STAFF:
        raise Invalid("office.problem.last_two_core")
    if membership.in_sealed_team and _count(session, membership, sealed=True) <= SEALED_TEAM:
        raise Invalid("office.problem.last_two_sealed")


def _count(session: Session, membership: Membership, *, sealed: bool) -> int:
    members = active_members(membership.desk_id, sealed=sealed).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(members)) or 0


def _hand_over(session: Session, desks: list[Desk], now: dt.datetime) -> None:
    session.flush()
    for desk in desks:
        if is_staffed(session, desk):
            continue
        for handoff in session.scalars(sa.select(Handoff).where(open_at(desk.id))):
            heir = standing_in(session, desk, handoff.urgency) or Desk.core(session)
            if heir is not None and heir.id != desk.id:
                handoff.hand_to_backup(heir, now)
