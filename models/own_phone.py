"""A way into one's own account for the installed app, which does not share a browser's storage."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import Invalid
from models.invitation import PERSONAL_USES, Invitation, InvitationKind, Secrets, invite
from models.person import Person

OWN_PHONE_HOURS = 1


def invite_own_phone(
    session: Session, told: Secrets, code_hash: bytes, *, person: Person, now: dt.datetime
) -> Invitation:
    """A code that lets a person's own app in once, within the hour; no phone is signed out.

    It asks for no four digits, because it never leaves the person's hands. An earlier code
    of the same kind ends now. Raises Invalid for those who sign in with a password.
    """
    if not person.role.is_phone:
        raise Invalid("note.problem.no_app_code")
    session.execute(
        sa.update(Invitation)
        .where(
            Invitation.person_id == person.id,
            Invitation.made_by_id == person.id,
            Invitation.revoked_at.is_(None),
        )
        .values(revoked_at=now)
    )
    invitation = invite(
        session,
        told,
        code_hash,
        kind=InvitationKind.PERSONAL,
        role=person.role,
        name=person.name,
        area=person.area,
        by=person,
        person=person,
        now=now,
        ends_at=now + dt.timedelta(hours=OWN_PHONE_HOURS),
    )
    # Whose it is says the account alone, so that nothing of it outlives a name that was forgotten.
    invitation.sealed_name = invitation.digits_code = None
    invitation.ends_other_phones = False
    invitation.uses = PERSONAL_USES - 1
    return invitation
