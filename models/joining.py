"""Coming in by an invitation, moving to a new phone, and being let in as staff."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy.orm import Session

from models import audit, confirmation, held_history, settling_in, staffing, telling
from models.assurance import Assurance
from models.credential import Credential, CredentialKind, SignIn, end_access, hold
from models.errors import Invalid
from models.identity import Identity
from models.invitation import Invitation, InvitationKind
from models.membership import Membership
from models.person import Person


class AddressRefused(Invalid):
    """An address that is somebody's already; that it was tried is counted."""


@dataclass(frozen=True)
class Newcomer:
    """What somebody gives when they join. `password_hash` is argon2id text, made outside."""

    digits: str = ""
    name: str = ""
    language: str = "ja"
    email: str | None = None
    password_hash: str | None = None
    family: str = ""


@dataclass(frozen=True)
class Joined:
    """Who came in, and the token of the new session."""

    person: Person
    token: str


def redeem(
    session: Session, invitation: Invitation, newcomer: Newcomer, now: dt.datetime
) -> Joined | None:
    """Join by an invitation; None where it lets nobody in, whatever the reason.

    Phone people may redeem a personal invitation a second time, inside the installed app.
    Raises AddressRefused for an address that cannot be used. Wrong digits and such addresses are
    counted, so the caller lets the transaction commit then; whatever else is raised undoes it.
    """
    if not invitation.admits(newcomer.digits, now) or not _is_spared(session, invitation):
        return None
    if _is_taken(session, invitation, newcomer):
        # Uncounted, the holder of one sheet could ask for address after address.
        invitation.count_wrong()
        raise AddressRefused("join.problem.email", "email")
    invitation.count_use(now)
    if invitation.person is not None:
        hold(session, invitation.person.id)
    if invitation.person is not None and _is_from_office(invitation):
        held_history.close(session, invitation.person, now)
    person = invitation.person or _enrol(session, invitation, newcomer, now)
    if invitation.kind is InvitationKind.PERSONAL:
        _bind(session, invitation, person, newcomer, now)
    assurance = Assurance.DEVICE if person.role.is_phone else Assurance.INVITED
    token = SignIn.begin(session, person, assurance, now, newcomer.family)
    audit.record(session, "join", person, now=now, by=person.id)
    return Joined(person, token)


def _is_from_office(invitation: Invitation) -> bool:
    """Whether somebody beside its person ever knew what opens it."""
    return invitation.role.is_phone and invitation.made_by_id != invitation.person_id


def _is_spared(session: Session, invitation: Invitation) -> bool:
    """Whether the core and its sealed team can do without the person until confirmed anew."""
    if invitation.person is None or not invitation.ends_other_phones:
        return True
    try:
        staffing.let_go(session, invitation.person)
    except Invalid:
        return False
    return True


def _is_taken(session: Session, invitation: Invitation, newcomer: Newcomer) -> bool:
    is_new = invitation.person is None and newcomer.email is not None
    return is_new and Identity.has_email(session, newcomer.email or "")


def _enrol(
    session: Session, invitation: Invitation, newcomer: Newcomer, now: dt.datetime
) -> Person:
    person = Person.enrol(
        session,
        role=invitation.role,
        name=newcomer.name or invitation.name,
        now=now,
        area=invitation.area,
        language=newcomer.language,
        email=newcomer.email,
    )
    settling_in.be_called(session, person, now)
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
    person.language = newcomer.language
    if invitation.ends_other_phones and invitation.uses == 1:
        end_access(session, person, now)
        confirmation.confirm_anew(session, person, now)
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
