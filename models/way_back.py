"""A new way in for an account: lost phone, forgotten password, readmission."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import staffing
from models.errors import Invalid
from models.invitation import Invitation, InvitationKind, Secrets, invite
from models.person import Person


def invite_again(
    session: Session,
    told: Secrets,
    code_hash: bytes,
    *,
    person: Person,
    by: Person,
    now: dt.datetime,
    invitation_id: uuid.UUID | None = None,
) -> Invitation:
    """A new way in for an account: lost phone, forgotten password, readmission.

    Redeeming it ends the old phones and sessions; earlier sheets for the person end now.
    Raises Invalid for somebody who is suspended or has left, and for the last two of the core
    or of its sealed team: a third has to be there first, to confirm them anew.
    """
    if not person.is_active:
        raise Invalid("office.problem.not_active")
    staffing.let_go(session, person)
    earlier = sa.select(Invitation).where(
        Invitation.person_id == person.id,
        Invitation.kind == InvitationKind.PERSONAL,
        Invitation.revoked_at.is_(None),
    )
    for invitation in session.scalars(earlier):
        invitation.revoked_at = now
    return invite(
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
