"""How sure the town has to be of somebody: which proof is enough for which role."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.assurance import Assurance
from models.credential import Credential, CredentialKind, SignIn
from models.invitation import Invitation
from models.person import Person

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

PASSKEY_ROLES = frozenset({"administrator", "auditor"})
"""By passkey alone; so is whoever has a place in a sealed team."""
FRESH = dt.timedelta(minutes=5)
"""How old a proof may be for what cannot be taken back."""


def needs_passkey(person: Person) -> bool:
    """Whether nothing but a passkey lets this person in."""
    if person.role in PASSKEY_ROLES:
        return True
    return any(one.in_sealed_team and one.ended_at is None for one in person.memberships)


def invites_by_passkey(invitation: Invitation) -> bool:
    """Whether whoever redeems an invitation is given no password."""
    if invitation.role in PASSKEY_ROLES or invitation.in_sealed_team:
        return True
    return invitation.person is not None and needs_passkey(invitation.person)


def is_whole(sign_in: SignIn) -> bool:
    """Whether a session's proof is enough for its person's role, as that is now."""
    if sign_in.person.role.is_phone or sign_in.assurance is Assurance.PASSKEY:
        return True
    return sign_in.assurance is Assurance.TOTP and not needs_passkey(sign_in.person)


def is_fresh(proved_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether somebody proved themselves a moment ago."""
    return proved_at is not None and now - proved_at <= FRESH


def kinds_of(session: Session, person_id: uuid.UUID) -> AbstractSet[CredentialKind]:
    """The kinds of proof that a person has now."""
    has = Credential.person_id == person_id, Credential.revoked_at.is_(None)
    return set(session.scalars(sa.select(Credential.kind).where(*has)))


def may_add_first(session: Session, sign_in: SignIn) -> bool:
    """Whether a session that is not enough may itself make what is missing.

    Never where the person has it already: a stolen password would make the thief a second proof.
    """
    if sign_in.assurance is Assurance.INVITED:
        return True
    kinds = kinds_of(session, sign_in.person_id)
    if CredentialKind.PASSKEY in kinds:
        return False
    return CredentialKind.TOTP not in kinds or sign_in.assurance is Assurance.TOTP
