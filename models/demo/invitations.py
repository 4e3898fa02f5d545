"""Who comes into the demonstration by passkey alone gets an invitation that works once."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from models import proof
from models.invitation import Invitation, InvitationKind, Secrets, invite
from models.person import Person
from models.store import Store


@dataclass(frozen=True)
class DemoSignIn:
    """What somebody types, or opens, to look at the demonstration in one role."""

    role: str
    name: str
    email: str
    password: str
    token: str = ""
    """Of an invitation, where a passkey is made instead of a password being typed."""


def invite_to_look(session: Session, person: Person, now: dt.datetime) -> str:
    """An invitation into an account of the demonstration; gives its token.

    It ends nothing: whoever looks from another browser makes one more passkey.
    """
    told = Secrets(secrets.token_urlsafe(16), "", "")
    made = invite(
        session,
        told,
        # Nobody types this one.
        secrets.token_bytes(32),
        kind=InvitationKind.PERSONAL,
        role=person.role,
        name=person.name,
        person=person,
        now=now,
    )
    made.digits_code, made.ends_other_phones = None, False
    return told.token


def with_invitations(
    store: Store,
    rows: list[DemoSignIn],
    now: dt.datetime,
    keep: Callable[[list[DemoSignIn]], None],
) -> list[DemoSignIn]:
    """The same sign-ins; an invitation that was used or has ended is made anew, and kept."""
    with store.read() as session:
        if not any(_lacks(session, row, now) for row in rows):
            return rows
    with store.write() as session:
        renewed = [_renewed(session, row, now) for row in rows]
        session.flush()
        keep(renewed)
    return renewed


def _lacks(session: Session, row: DemoSignIn, now: dt.datetime) -> bool:
    person = Person.with_email(session, row.email)
    if person is None or not proof.needs_passkey(person):
        return False
    found = Invitation.by_token(session, row.token) if row.token else None
    return found is None or not found.is_usable(now)


def _renewed(session: Session, row: DemoSignIn, now: dt.datetime) -> DemoSignIn:
    person = Person.with_email(session, row.email)
    if person is None or not _lacks(session, row, now):
        return row
    return replace(row, password="", token=invite_to_look(session, person, now))
