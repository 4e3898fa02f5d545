"""People who change desks, are suspended or leave: their work never stays without an owner."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, going_round, own_clue, photo_part, staff_lock, telling
from models.area import Area
from models.credential import Credential, end_access
from models.desk import Desk, DeskKind
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff, open_at, turns
from models.invitation import Invitation
from models.membership import (
    CORE_STAFF,
    SEALED_TEAM,
    Membership,
    active_members,
    present_ids,
)
from models.person import Person, PersonState, Role
from models.reporter import threads_of
from models.routing import is_staffed
from models.signing_in import drop_password, renew_all
from models.unreached import settle


def suspend(session: Session, person: Person, by: Person, now: dt.datetime) -> None:
    """Stop a person at once: sessions, phones and ownership end in this transaction.

    Raises Invalid for oneself, and for the last two of the core or of its sealed team.
    """
    if person.id == by.id:
        raise Invalid("office.problem.own_suspension")
    if not person.is_active:
        raise Invalid("office.problem.not_active")
    desks = let_go(session, person)
    person.state = PersonState.SUSPENDED
    end_access(session, person, now)
    audit.record(session, "suspend", person, now=now, by=by.id)
    hand_over(session, desks, now)


def readmit(session: Session, person: Person, by: Person, now: dt.datetime) -> None:
    """Let a suspended person take part again, by a new personal invitation.

    Nobody stands at a desk before it is redeemed: a desk that emptied stays empty until then.
    """
    if person.state is not PersonState.SUSPENDED:
        raise Invalid("office.problem.not_suspended")
    person.state = PersonState.ACTIVE
    for membership in person.memberships:
        membership.confirmed_at = membership.confirmed_by_id = None
    audit.record(session, "readmit", person, now=now, by=by.id)


def end_membership(session: Session, membership: Membership, by: Person, now: dt.datetime) -> None:
    """Take a person off a desk; raises Invalid for the core's last two."""
    staff_lock.hold(session, [membership.desk_id])
    _refuse_last_two(session, membership)
    membership.ended_at = now
    renew_all(session, membership.person_id)
    audit.record(
        session, "end_membership", membership, now=now, by=by.id, desk_id=membership.desk_id
    )
    hand_over(session, [membership.desk], now)


def put_at_desk(
    session: Session, person: Person, desk: Desk, by: Person, now: dt.datetime, *, sealed: bool
) -> Membership:
    """Give a person a place at a desk; it begins when somebody inside confirms it.

    Raises Invalid for somebody who is not staff, is there already, or is wanted in a sealed
    team that only the core has.
    """
    if person.role is not Role.STAFF or not person.is_active:
        raise Invalid("office.problem.not_staff", "desk")
    if sealed and not desk.is_core:
        raise Invalid("office.problem.sealed_at_core", "in_sealed_team")
    staff_lock.hold(session, [desk.id])
    membership = next((m for m in person.memberships if m.desk_id == desk.id), None)
    if membership is None:
        membership = Membership(person=person, desk=desk, made_at=now)
        session.add(membership)
    elif membership.ended_at is None and membership.in_sealed_team >= sealed:
        raise Invalid("office.problem.already_there", "desk")
    elif membership.ended_at is None:
        _refuse_last_two(session, membership)
    membership.made_at, membership.in_sealed_team, membership.on_duty = now, sealed, False
    membership.ended_at = membership.confirmed_at = membership.confirmed_by_id = None
    renew_all(session, person.id)
    drop_password(session, person, now)
    audit.record(session, "put_at_desk", person, now=now, by=by.id)
    if Credential.lets_in(session, person):
        # Else they wait only once they came in, and it is told then.
        telling.to_confirm(membership, now)
    hand_over(session, [desk], now)
    return membership


def move_to_area(
    session: Session, person: Person, area: Area, by: Person, now: dt.datetime
) -> None:
    """Give a phone person another area; it counts from the next request on.

    Raises NotAllowed for whoever would change their own beat or association.
    """
    if not person.role.is_phone or person.state is PersonState.LEFT:
        raise Invalid("office.problem.no_area", "area")
    if by.id == person.id and not person.role.chooses_area:
        raise NotAllowed("note.problem.area_given")
    person.area = area
    audit.record(session, "move", person, now=now, by=by.id)


def leave(session: Session, person: Person, now: dt.datetime) -> None:
    """Leave and be forgotten: the identity and its key go, notes stay as 地域の方."""
    session.refresh(person, with_for_update={"of": Person, "key_share": True})
    desks = let_go(session, person)
    for reporter in session.scalars(threads_of(session, person)):
        reporter.forget()
        settle(session, thread_id=reporter.thread_id, now=now)
    photo_part.forget_sender(session, person.id)
    own_clue.forget(session, person)
    person.state = PersonState.LEFT
    person.identity = None
    person.area_id = None
    Invitation.forget(session, person, now)
    end_access(session, person, now)
    audit.record(session, "leave", person, now=now, by=person.id)
    hand_over(session, desks, now)


def let_go(session: Session, person: Person) -> list[Desk]:
    """The desks a person could be taken from now; raises Invalid for the core's last two."""
    held = [m for m in person.memberships if m.is_active]
    staff_lock.hold(session, [m.desk_id for m in held])
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
    active = active_members(membership.desk_id, sealed=sealed)
    members = active.where(Membership.is_deputy.is_(False)).subquery()
    return session.scalar(sa.select(sa.func.count()).select_from(members)) or 0


def hand_over_untaken(session: Session, desk: Desk, now: dt.datetime) -> None:
    """Give the backup what the desk does not take: hurried notes, once volunteers staff it."""
    for handoff in _locked(session, open_at(desk.id)):
        if not desk.takes(handoff.urgency):
            going_round.to_heir(session, desk, handoff, now)


def give_heir(session: Session, handoff: Handoff, now: dt.datetime) -> None:
    """Give the backup a handoff, ended or not, whose desk nobody staffs any more."""
    if not going_round.is_read(session, handoff):
        going_round.to_heir(session, handoff.desk, handoff, now)


def hand_over(session: Session, desks: list[Desk], now: dt.datetime) -> None:
    """Give the backup whatever is owed at those of the desks that nobody staffs any more.

    At the others nobody has any more what those had who stand there no longer, and the backup has
    what all who are left are in conflict about.
    """
    session.flush()
    for desk in desks:
        if is_staffed(session, desk):
            for handoff in _locked(session, going_round.left_to_nobody(desk)):
                going_round.give_round(session, handoff, now)
            for handoff in _locked(session, _had_by_nobody_here(session, desk)):
                handoff.end_claim(now)
            continue
        for handoff in _locked(session, sa.and_(Handoff.desk_id == desk.id, going_round.is_owed())):
            going_round.to_heir(session, desk, handoff, now)
            if handoff.answered_at is not None and not handoff.is_open:
                telling.answered(handoff, now)


def _had_by_nobody_here(session: Session, desk: Desk) -> sa.ColumnElement[bool]:
    """What somebody has who may not read it at this desk any more."""
    here, team = (present_ids(session, desk.id, sealed=sealed) for sealed in (False, True))
    may_have = sa.case(
        (Handoff.is_sealed, Handoff.claimed_by_id.in_(team)), else_=Handoff.claimed_by_id.in_(here)
    )
    return sa.and_(
        Handoff.desk_id == desk.id, Handoff.claimed_by_id.is_not(None), sa.not_(may_have)
    )


def _locked(session: Session, owed: sa.ColumnElement[bool]) -> Sequence[Handoff]:
    """What is owed, as it is once its rows are held: others may have done something meanwhile."""
    session.flush()
    if turns.is_shared(session):
        turns.take(session, session.scalars(sa.select(Handoff.place_token).where(owed).distinct()))
    held = sa.select(Handoff).where(owed).order_by(Handoff.id).with_for_update(of=Handoff)
    return session.scalars(held.execution_options(populate_existing=True)).all()
