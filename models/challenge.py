"""What an authenticator signs: drawn here, good for five minutes and for one answer."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import secrets
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, words_of

BYTES = 32
LIFE = dt.timedelta(minutes=5)


class Purpose(StrEnum):
    """What an answer is for; one that was asked for something else is none."""

    REGISTER = "register"
    SIGN_IN = "sign_in"
    STEP_UP = "step_up"


class Challenge(Base):
    """A challenge that waits for its answer; only what recognises it is stored."""

    __tablename__ = "challenge"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    digest: Mapped[bytes] = mapped_column(unique=True)
    purpose: Mapped[Purpose] = mapped_column(words_of(Purpose))
    person_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    """Who was asked; nobody where it is to be found out."""
    ends_at: Mapped[dt.datetime] = mapped_column(index=True)


def ask(
    session: Session, purpose: Purpose, now: dt.datetime, person_id: uuid.UUID | None = None
) -> str:
    """A new challenge of 256 random bits, in base64url; what was never answered goes."""
    session.execute(sa.delete(Challenge).where(Challenge.ends_at <= now))
    challenge = secrets.token_bytes(BYTES)
    session.add(
        Challenge(
            digest=_digest(challenge), purpose=purpose, person_id=person_id, ends_at=now + LIFE
        )
    )
    return base64.urlsafe_b64encode(challenge).rstrip(b"=").decode()


def take(
    session: Session,
    challenge: bytes,
    purpose: Purpose,
    now: dt.datetime,
    person_id: uuid.UUID | None = None,
) -> bool:
    """Whether this was asked, of this person and for this purpose; it is used up either way.

    Of two answers to one challenge the second finds nothing. Commit before anything is verified.
    """
    this = Challenge.digest == _digest(challenge)
    found = session.execute(
        sa.delete(Challenge)
        .where(this)
        .returning(Challenge.purpose, Challenge.person_id, Challenge.ends_at)
    ).one_or_none()
    if found is None:
        return False
    return bool(found.purpose == purpose and found.person_id == person_id and now < found.ends_at)


def _digest(challenge: bytes) -> bytes:
    return hashlib.sha256(challenge).digest()
