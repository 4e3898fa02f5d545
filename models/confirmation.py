"""A content role begins with a yes from inside, after its person came in by an invitation."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, staff_lock, telling
from models.credential import Credential
from models.errors import Invalid
from models.membership import Membership
from models.person import Person, PersonState
from models.signing_in import renew_all
from models.staffing import hand_over, let_go
from models.store import Store


def waiting(members: sa.Select[Membership]) -> sa.Select[Membership]:
    """Of a selection, who has come in and waits to be confirmed; who waits longest comes first."""
    return (
        members.join(Person, Person.id == Membership.person_id)
        .where(
            Membership.confirmed_at.is_(None),
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
            Credential.has_way_in(),
        )
        .order_by(Membership.made_at, Membership.id)
    )


def confirm(session: Session, membership: Membership, by: Person | None, now: dt.datetime) -> None:
    """Let a new member's content role begin; `by` None is `init` on the server.

    Raises Invalid for oneself, for who has gone, and for who was readmitted and has not come in
    again: nobody stands at the desk yet.
    """
    if membership.ended_at is not None or not membership.person.is_active:
        raise Invalid("office.problem.not_active")
    if not Credential.lets_in(session, membership.person):
        raise Invalid("office.problem.not_in_yet")
    if membership.confirmed_at is None:
        membership.confirm(by, now)
        renew_all(session, membership.person_id)
        audit.record(
            session,
            "confirm",
            membership,
            now=now,
            by=None if by is None else by.id,
            desk_id=membership.desk_id,
        )


def confirm_anew(session: Session, person: Person, now: dt.datetime) -> None:
    """After a new way in, made by the office, staff read again once somebody inside confirms.

    Else whoever makes invitations could walk into any desk. Raises Invalid for the last two
    of the core or of its sealed team, who would leave nobody to confirm them.
    """
    desks = let_go(session, person)
    for membership in [m for m in person.memberships if m.ended_at is None]:
        _unconfirm(membership, now)
        telling.to_confirm(membership, now)
    hand_over(session, desks, now)


def await_readmitted(store: Store, now: dt.datetime) -> None:
    """After an update: who was readmitted and has not come in since stands at no desk meanwhile.

    Earlier releases let them be confirmed, and their desk kept what nobody could read. Where the
    core is left with fewer than two, `init` on the server confirms again. Twice is as good.
    """
    away = (
        sa.select(Membership.person_id)
        .join(Person, Person.id == Membership.person_id)
        .where(
            Membership.confirmed_at.is_not(None),
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
            Credential.had_way_in(),
            ~Credential.has_way_in(),
        )
        .distinct()
    )
    with store.read() as session:
        found = session.scalars(away).all()
    for person_id in found:
        with store.write() as session:
            if person_id in session.scalars(away).all():
                _await(session, session.get_one(Person, person_id), now)


def _await(session: Session, person: Person, now: dt.datetime) -> None:
    held = [m for m in person.memberships if m.is_active]
    staff_lock.hold(session, [m.desk_id for m in held])
    for membership in held:
        _unconfirm(membership, now)
    hand_over(session, [membership.desk for membership in held], now)


def _unconfirm(membership: Membership, now: dt.datetime) -> None:
    """Whoever was confirmed waits again; who never was has nothing to lose."""
    if membership.confirmed_at is not None:
        session, desk_id = membership.session, membership.desk_id
        membership.confirmed_at = membership.confirmed_by_id = None
        renew_all(session, membership.person_id)
        audit.record(session, "unconfirm", membership, now=now, desk_id=desk_id)
