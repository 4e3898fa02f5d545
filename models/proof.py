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
from models.person import Person, Role

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

PASSKEY_ROLES = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
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
    return proved_at is not None and dt.timedelta(0) <= now - proved_at <= FRESH


def kinds_of(session: Session, person_id: uuid.UUID) -> AbstractSet[CredentialKind]:
    """The kinds of proof that a person has now."""
    has = Credential.person_id == person_id, Credential.revoked_at.is_(None)
    return set(session.scalars(sa.select(Credential.kind).where(*has)))


def may_prove_by(session: Session, person: Person) -> AbstractSet[CredentialKind]:
    """By what a person proves who they are, beyond a password: never by less than lets them in."""
    kinds = kinds_of(session, person.id) & {CredentialKind.PASSKEY, CredentialKind.TOTP}
    return kinds - {CredentialKind.TOTP} if needs_passkey(person) else kinds


def takes_code(session: Session, sign_in: SignIn) -> bool:
    """Whether a session that waits goes on by the app's code: after the password, and no else."""
    if sign_in.assurance is not Assurance.PASSWORD:
        return False
    return CredentialKind.TOTP in kinds_of(session, sign_in.person_id)


def may_add_first(session: Session, sign_in: SignIn, now: dt.datetime) -> bool:
    """Whether a session that is not enough may itself make what is missing.

    Never where the person has it already: a stolen password would make the thief a second proof.
    Whoever was in by an app when more came to be asked of them proves themselves a moment before:
    their screen may have stood open since. By an invitation or a password, which alone reach
    nothing, one has as long as such a session waits (models/assurance.py): an app is fetched and a
    security key looked for only then, and a used invitation brings nobody back.
    """
    if sign_in.assurance is Assurance.INVITED:
        return True
    kinds = kinds_of(session, sign_in.person_id)
    if CredentialKind.PASSKEY in kinds:
        return False
    if sign_in.assurance is Assurance.TOTP:
        return is_fresh(sign_in.proved_at, now)
    return CredentialKind.TOTP not in kinds


def asks_anew(session: Session, sign_in: SignIn, now: dt.datetime) -> bool:
    """Whether a session goes on only by another sign-in: it can neither be completed nor add."""
    if sign_in.assurance is not Assurance.TOTP or may_add_first(session, sign_in, now):
        return False
    return CredentialKind.PASSKEY not in kinds_of(session, sign_in.person_id)
