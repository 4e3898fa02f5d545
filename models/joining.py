"""Coming in by an invitation, moving to a new phone, and being let in as staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, telling
from models.credential import Assurance, Credential, CredentialKind, SignIn
from models.errors import Invalid
from models.invitation import Invitation, InvitationKind, NotUsable
from models.membership import Membership
from models.person import Person
from models.subscription import Subscription


@dataclass(frozen=True)
class Newcomer:
    """What somebody gives when they join. `password_hash` is argon2id text, made outside."""

    digits: str = ""
    name: str = ""
    language: str = "ja"
    email: str | None = None
    password_hash: str | None = None
    family: str = ""


class WrongDigits(NotUsable):
    """The four digits were wrong; the try is counted, so the door commits before it answers."""


def redeem(
    session: Session, invitation: Invitation, newcomer: Newcomer, now: dt.datetime
) -> tuple[Person, str]:
    """Join by an invitation; gives the person and the token of a new session.

    A personal invitation may be redeemed a second time by the same person, inside the
    installed app. Raises NotUsable, WrongDigits, and Invalid for an address already in use.
    """
    if not invitation.is_usable(now):
        raise NotUsable
    if not invitation.has_digits(newcomer.digits):
        invitation.wrong_digits += 1
        raise WrongDigits
    invitation.count_use(now)
    person = invitation.person or _enrol(session, invitation, newcomer, now)
    if not person.is_active:
        raise NotUsable
    if invitation.kind is InvitationKind.PERSONAL:
        _bind(session, invitation, person, newcomer, now)
    assurance = Assurance.DEVICE if person.role.is_phone else Assurance.PASSWORD
    audit.record(session, "join", person, now=now, by=person.id)
    return person, SignIn.begin(session, person, assurance, now, newcomer.family)


def _enrol(
    session: Session, invitation: Invitation, newcomer: Newcomer, now: dt.datetime
) -> Person:
    if newcomer.email is not None and Person.with_email(session, newcomer.email) is not None:
        raise Invalid("join.problem.email_taken", "email")
    person = Person.enrol(
        session,
        role=invitation.role,
        name=newcomer.name or invitation.name,
        now=now,
        area=invitation.area,
        language=newcomer.language,
        email=newcomer.email,
    )
    if invitation.desk is not None:
        membership = Membership(
            person=person,
            desk=invitation.desk,
            in_sealed_team=invitation.in_sealed_team,
            is_deputy=invitation.is_deputy,
            made_at=now,
        )
        session.add(membership)
        telling.to_confirm(membership, now)
    return person


def _bind(
    session: Session,
    invitation: Invitation,
    person: Person,
    newcomer: Newcomer,
    now: dt.datetime,
) -> None:
    invitation.person = person
    if invitation.ends_other_phones and invitation.uses == 1:
        end_access(session, person, now)
    if newcomer.password_hash is not None:
        set_password(session, person, newcomer.password_hash, now)


def set_password(session: Session, person: Person, password_hash: str, now: dt.datetime) -> None:
    """Give a person one password; the earlier one is revoked."""
    earlier = Credential.password_of(session, person)
    if earlier is not None:
        earlier.revoked_at = now
    session.add(
        Credential(
            person=person,
            kind=CredentialKind.PASSWORD,
            material=password_hash.encode(),
            made_at=now,
        )
    )


def end_access(session: Session, person: Person, now: dt.datetime) -> None:
    """End every session, device key and push address of a person."""
    SignIn.end_all(session, person.id, now)
    session.execute(
        sa.update(Credential)
        .where(Credential.person_id == person.id, Credential.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session.execute(sa.delete(Subscription).where(Subscription.person_id == person.id))
