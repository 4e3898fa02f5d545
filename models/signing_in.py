"""From a proof to a session: begun, made whole by a second proof, proved anew, taken back."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, proof
from models.assurance import PROOFS, Assurance
from models.credential import (
    WAYS_IN,
    Credential,
    CredentialKind,
    SignIn,
    hold,
    new_token,
    token_hash,
)
from models.errors import Invalid
from models.person import Person

_OF_PASSWORD = (CredentialKind.PASSWORD, CredentialKind.TOTP)


def sign_in(
    session: Session, person: Person, assurance: Assurance, now: dt.datetime, family: str
) -> str:
    """Begin a session and write it down; gives its token."""
    hold(session, person.id)
    audit.record(session, "sign_in", person, now=now, by=person.id)
    return SignIn.begin(session, person, assurance, now, family)


def complete(
    session: Session, waiting_id: uuid.UUID, assurance: Assurance, now: dt.datetime, family: str
) -> str | None:
    """A second proof came: a new session in place of the one that waited; None where that ended."""
    found = session.get(SignIn, waiting_id)
    if found is None:
        return None
    hold(session, found.person_id)
    waiting = session.get_one(
        SignIn, waiting_id, with_for_update={"of": SignIn}, populate_existing=True
    )
    if not waiting.is_live(now):
        return None
    waiting.revoked_at = now
    return sign_in(session, waiting.person, assurance, now, family)


def is_living(session: Session, sign_in_id: uuid.UUID, now: dt.datetime) -> bool:
    """Whether a session, held for the rest of this transaction, has not ended meanwhile."""
    row = session.get(SignIn, sign_in_id, with_for_update={"of": SignIn})
    return row is not None and row.is_live(now)


def step_up(session: Session, sign_in_id: uuid.UUID, now: dt.datetime) -> str | None:
    """The person proved themselves anew: the session goes on under another token.

    None where it ended meanwhile: whoever was in the middle of it revives nothing.
    """
    row = session.get(SignIn, sign_in_id)
    token = None if row is None else renew(session, sign_in_id, row.token_hash, now, proved_at=now)
    if row is not None and token is not None:
        audit.record(session, "step_up", row.person, now=now, by=row.person_id)
    return token


def renew(
    session: Session,
    sign_in_id: uuid.UUID,
    earlier: bytes,
    now: dt.datetime,
    **changes: dt.datetime,
) -> str | None:
    """Another token for a living session; None where it ended, or another request was first."""
    token = new_token()
    living = SignIn.revoked_at.is_(None), SignIn.ends_at > now
    done = session.execute(
        sa.update(SignIn)
        .where(SignIn.id == sign_in_id, SignIn.token_hash == earlier, *living)
        .values(token_hash=token_hash(token), wants_renewal=False, **changes)
        .execution_options(synchronize_session=False)
    )
    return token if done.rowcount == 1 else None  # type: ignore[attr-defined]


def renew_all(session: Session, person_id: uuid.UUID) -> None:
    """What a person may do changed: each of their sessions gets another token when it is used."""
    own = SignIn.person_id == person_id, SignIn.revoked_at.is_(None)
    session.execute(sa.update(SignIn).where(*own).values(wants_renewal=True))


def drop_password(session: Session, person: Person, now: dt.datetime) -> None:
    """Whoever comes in by passkey alone, and has one, has no password any more, nor an app."""
    session.flush()
    if CredentialKind.PASSKEY in proof.kinds_of(session, person.id) and proof.needs_passkey(person):
        _revoke(session, person.id, now, Credential.kind.in_(_OF_PASSWORD))


def end_credential(
    session: Session, person: Person, credential_id: uuid.UUID, here: uuid.UUID, now: dt.datetime
) -> bool:
    """Take back one of a person's own proofs, with every other session; False for no such one.

    Raises Invalid for the last way in: without it they could only be let in anew.
    """
    credential = session.get(Credential, credential_id)
    if credential is None or credential.person_id != person.id or credential.kind not in WAYS_IN:
        return False
    if credential.revoked_at is not None:
        return True
    hold(session, person.id)
    credential.revoked_at = now
    session.flush()
    kinds = proof.kinds_of(session, person.id)
    by_password = all(kind in kinds for kind in _OF_PASSWORD) and not proof.needs_passkey(person)
    if CredentialKind.PASSKEY not in kinds and not by_password:
        raise Invalid("join.problem.last_way")
    audit.record(session, "end_credential", credential, now=now, by=person.id)
    end_others(session, person, here, now)
    return True


def sessions_of(session: Session, person: Person, now: dt.datetime) -> list[SignIn]:
    """A person's living sessions that are enough by themselves, the last used first."""
    own = sa.select(SignIn).where(SignIn.person_id == person.id, SignIn.revoked_at.is_(None))
    rows = session.scalars(own.order_by(SignIn.seen_at.desc(), SignIn.id))
    return [row for row in rows if row.is_live(now) and row.assurance in PROOFS]


def end_others(session: Session, person: Person, here: uuid.UUID, now: dt.datetime) -> None:
    """End every session of a person but the one that asks."""
    hold(session, person.id)
    for row in session.scalars(
        sa.select(SignIn).where(
            SignIn.person_id == person.id, SignIn.id != here, SignIn.revoked_at.is_(None)
        )
    ):
        row.end(now)


def _revoke(
    session: Session, person_id: uuid.UUID, now: dt.datetime, which: sa.ColumnElement[bool]
) -> None:
    living = Credential.person_id == person_id, Credential.revoked_at.is_(None)
    session.execute(sa.update(Credential).where(*living, which).values(revoked_at=now))
