"""Six digits of an app beside the password (RFC 6238): each time step is taken once."""

from __future__ import annotations

import base64
import datetime as dt
import secrets
import uuid

import sqlalchemy as sa
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from sqlalchemy.orm import Session

from models import audit
from models.base import keys_of
from models.credential import Credential, CredentialKind
from models.errors import Unreadable
from models.keys import KeyRing
from models.person import Person

DIGITS = 6
STEP_SECONDS = 30
SECRET_BYTES = 20
_DRIFT = (0, -1, 1)
"""Clocks of phones go wrong by some seconds (RFC 6238, 5.2)."""
_PLACE, _PLACE_NEW = "credential.totp", "credential.totp_new"


def new_secret() -> bytes:
    """A secret for an app, as long as its hash (RFC 4226, 4)."""
    return secrets.token_bytes(SECRET_BYTES)


def typed_key(secret: bytes) -> str:
    """The secret as somebody types it, in fours."""
    text = base64.b32encode(secret).decode()
    return " ".join(text[at : at + 4] for at in range(0, len(text), 4))


def address_of(secret: bytes, account: str, issuer: str) -> str:
    """The otpauth address that stands in the QR code."""
    return _totp(secret).get_provisioning_uri(account, issuer)


def seal_new(keys: KeyRing, person_id: uuid.UUID, secret: bytes) -> str:
    """A secret that its person has not proved yet, for a field of their form."""
    sealed = keys.seal("column", _PLACE_NEW, person_id, secret.hex())
    return base64.urlsafe_b64encode(sealed).decode()


def open_new(keys: KeyRing, person_id: uuid.UUID, field: str) -> bytes | None:
    """The secret of the form; None where it is not this person's, or was never ours."""
    try:
        sealed = base64.urlsafe_b64decode(field.encode())
        return bytes.fromhex(keys.unseal("column", _PLACE_NEW, person_id, sealed))
    except (ValueError, Unreadable):
        return None


def step_of(secret: bytes, code: str, now: dt.datetime) -> int | None:
    """The time step whose code this is, near now; None for any other code."""
    if len(code) != DIGITS or not code.isascii():
        return None
    present, totp = int(now.timestamp()) // STEP_SECONDS, _totp(secret)
    for step in (present + drift for drift in _DRIFT):
        try:
            totp.verify(code.encode(), step * STEP_SECONDS)
        except InvalidToken:
            continue
        return step
    return None


def add(session: Session, person: Person, secret: bytes, step: int, now: dt.datetime) -> None:
    """Give a person the app as a second proof, in place of an earlier one."""
    earlier = of(session, person.id)
    if earlier is not None:
        earlier.revoked_at = now
    sealed_id = uuid.uuid4()
    credential = Credential(
        id=sealed_id,
        person=person,
        kind=CredentialKind.TOTP,
        material=keys_of(session).seal("column", _PLACE, sealed_id, secret.hex()),
        used_step=step,
        made_at=now,
    )
    session.add(credential)
    session.flush()
    audit.record(session, "add_totp", credential, now=now, by=person.id)


def of(session: Session, person_id: uuid.UUID) -> Credential | None:
    """A person's present app, or None."""
    return session.scalar(
        sa.select(Credential).where(
            Credential.person_id == person_id,
            Credential.kind == CredentialKind.TOTP,
            Credential.revoked_at.is_(None),
        )
    )


def take(session: Session, person_id: uuid.UUID, code: str, now: dt.datetime) -> bool:
    """Whether the code is the app's; its time step, and every one before, is used up.

    Two who send the same code at once: the row lets one of them through.
    """
    credential = of(session, person_id)
    if credential is None:
        return False
    sealed = credential.material
    secret = bytes.fromhex(keys_of(session).unseal("column", _PLACE, credential.id, sealed))
    step = step_of(secret, code, now)
    if step is None:
        return False
    unused = sa.or_(Credential.used_step.is_(None), Credential.used_step < step)
    this = Credential.id == credential.id, Credential.revoked_at.is_(None)
    taken = sa.update(Credential).where(*this, unused).values(used_step=step)
    done = session.execute(taken.execution_options(synchronize_session=False))
    return bool(done.rowcount == 1)  # type: ignore[attr-defined]


def _totp(secret: bytes) -> TOTP:
    # SHA-1 is what every app has; its collisions do not matter under HMAC.
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303
