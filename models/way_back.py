"""A new way in for an account: lost phone or passkey, forgotten password, readmission.

One member of staff begins it, its person finishes it, and a second member has to agree: for who
stands at a desk by confirming them anew after it, for all others before it lets them in. So it is
with the first invitation of those, too, but for `init` on the server's: one administrator alone
would be whom they like.
"""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import audit, staffing, telling
from models.errors import Invalid
from models.invitation import Invitation, InvitationKind, Secrets, invite
from models.person import Person


class MadeSure(StrEnum):
    """How whoever begins it made sure who asks; a message proves nobody."""

    IN_PERSON = "in_person"
    CALL_BACK = "call_back"
    """By the number on record."""


def invite_again(
    session: Session,
    told: Secrets,
    code_hash: bytes,
    *,
    person: Person,
    by: Person,
    now: dt.datetime,
    invitation_id: uuid.UUID | None = None,
    made_sure: MadeSure | None = None,
) -> Invitation:
    """A new way in for an account: lost phone, forgotten password, readmission.

    Redeeming it ends the old phones and sessions; earlier sheets for the person end now.
    Raises Invalid for somebody who is suspended or has left, and for the last two of the core
    or of its sealed team: a third has to be there first, to confirm them anew. Of people who
    work here also where nobody `made_sure` who asks, and for oneself.
    """
    _check(person, by, made_sure)
    staffing.let_go(session, person)
    _end_earlier(session, person, now)
    made = invite(
        session,
        told,
        code_hash,
        kind=InvitationKind.PERSONAL,
        role=person.role,
        name=person.name,
        area=person.area,
        desk=next((m.desk for m in person.memberships if m.ended_at is None), None),
        by=by,
        now=now,
        person=person,
        invitation_id=invitation_id,
    )
    ask_second(session, made, now)
    if made_sure is not None:
        audit.record(session, f"recover_{made_sure}", made, now=now, by=by.id, to=person.id)
    return made


def _check(person: Person, by: Person, made_sure: MadeSure | None) -> None:
    if not person.is_active:
        raise Invalid("office.problem.not_active")
    if not person.role.is_phone and made_sure is None:
        raise Invalid("office.problem.made_sure", "made_sure")
    if person.id == by.id:
        raise Invalid("office.problem.own_recovery")


def _end_earlier(session: Session, person: Person, now: dt.datetime) -> None:
    earlier = sa.select(Invitation).where(
        Invitation.person_id == person.id,
        Invitation.kind == InvitationKind.PERSONAL,
        Invitation.revoked_at.is_(None),
    )
    for invitation in session.scalars(earlier):
        invitation.revoked_at = now


def ask_second(session: Session, made: Invitation, now: dt.datetime) -> None:
    """Tell the core where an invitation lets nobody in before a second of them has agreed."""
    if made.needs_second:
        telling.to_agree(session, now)


def waiting(
    session: Session, invitations: sa.Select[Invitation], now: dt.datetime
) -> list[Invitation]:
    """Of a selection, what waits for a second yes, with whom it is for."""
    person = joinedload(Invitation.person).joinedload(Person.identity)
    asked = invitations.where(Invitation.second_id.is_(None)).options(person)
    return [one for one in session.scalars(asked) if not one.is_over(now)]


def agree(session: Session, invitation: Invitation, by: Person, now: dt.datetime) -> None:
    """A second member of staff, who spoke with the person too, agrees.

    Raises Invalid for whoever began it, and for its person.
    """
    if by.id in (invitation.made_by_id, invitation.person_id):
        raise Invalid("office.problem.own_recovery")
    if invitation.second_id is None:
        invitation.second_id = by.id
        audit.record(
            session, "second_recovery", invitation, now=now, by=by.id, to=invitation.person_id
        )
