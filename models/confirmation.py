"""A content role begins with a yes from inside, after its person came in by an invitation."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, telling
from models.credential import Credential, CredentialKind
from models.errors import Invalid
from models.membership import Membership
from models.person import Person, PersonState
from models.staffing import hand_over, let_go


def waiting(members: sa.Select[Membership]) -> sa.Select[Membership]:
    """Of a selection, who has come in and waits to be confirmed; who waits longest comes first."""
    return (
        members.join(Person, Person.id == Membership.person_id)
        .where(
            Membership.confirmed_at.is_(None),
            Membership.ended_at.is_(None),
            Person.state == PersonState.ACTIVE,
            sa.exists().where(
                Credential.person_id == Person.id,
                Credential.kind == CredentialKind.PASSWORD,
                Credential.revoked_at.is_(None),
            ),
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
    if Credential.password_of(session, membership.person) is None:
        raise Invalid("office.problem.not_in_yet")
    if membership.confirmed_at is None:
        membership.confirm(by, now)
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
        membership.confirmed_at = membership.confirmed_by_id = None
        telling.to_confirm(membership, now)
    hand_over(session, desks, now)
