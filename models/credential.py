"""How somebody proves who they are, and the sessions that follow from it."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import audit
from models.assurance import PROOFS, STAFF_SESSIONS, Assurance, is_idle, life
from models.base import Base, words_of
from models.person import Person
from models.subscription import Subscription
from models.town_time import hour_of

_SEEN_EVERY = dt.timedelta(minutes=1)


class CredentialKind(StrEnum):
    """What the proof is."""

    PASSWORD = "password"
    DEVICE_KEY = "device_key"
    PASSKEY = "passkey"
    TOTP = "totp"


WAYS_IN = (CredentialKind.PASSWORD, CredentialKind.PASSKEY, CredentialKind.TOTP)
"""What lets staff in; a phone's key signs and does not."""


class Credential(Base):
    """A proof that belongs to one person.

    `material`: argon2id text, a P-256 point, a COSE key, or the app's secret, encrypted.
    """

    __tablename__ = "credential"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[CredentialKind] = mapped_column(words_of(CredentialKind))
    material: Mapped[bytes]
    used_step: Mapped[int | None] = mapped_column(sa.BigInteger)
    """Of an app: the last time step whose code was taken."""
    made_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]

    person: Mapped[Person] = relationship()

    @staticmethod
    def password_of(session: Session, person: Person) -> Credential | None:
        """The person's present password, or None."""
        return session.scalar(
            sa.select(Credential).where(
                Credential.person_id == person.id,
                Credential.kind == CredentialKind.PASSWORD,
                Credential.revoked_at.is_(None),
            )
        )

    @staticmethod
    def has_way_in() -> sa.ColumnElement[bool]:
        """The condition that a Person of the query can come in by themselves now."""
        return _way_in(Credential.revoked_at.is_(None))

    @staticmethod
    def had_way_in() -> sa.ColumnElement[bool]:
        """The condition that a Person of the query had a way in that was revoked."""
        return _way_in(Credential.revoked_at.is_not(None))

    @staticmethod
    def lets_in(session: Session, person: Person) -> bool:
        """Whether a person can come in by themselves now."""
        this = sa.select(Person.id).where(Person.id == person.id, Credential.has_way_in())
        return session.scalar(this) is not None


def _way_in(which: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(Credential.person_id == Person.id, Credential.kind.in_(WAYS_IN), which)


class SignIn(Base):
    """A server-side session; only the SHA-256 of its 256-bit token is stored."""

    __tablename__ = "sign_in"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    token_hash: Mapped[bytes] = mapped_column(unique=True)
    person_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    assurance: Mapped[Assurance] = mapped_column(words_of(Assurance))
    family: Mapped[str] = mapped_column(sa.String(24), default="")
    """The browser's family, so that its owner can tell phones apart."""
    device_id: Mapped[uuid.UUID | None] = mapped_column(
        sa.ForeignKey("credential.id", ondelete="SET NULL"), index=True
    )
    """The key of the phone that holds this session, once it registered one."""
    made_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    """Of a phone the hour and no more: the very moment would join it to what it sent."""
    ends_at: Mapped[dt.datetime]
    revoked_at: Mapped[dt.datetime | None]
    proved_at: Mapped[dt.datetime | None]
    """When the person last proved who they are."""
    wants_renewal: Mapped[bool] = mapped_column(default=False)
    """What its person may do has changed: the next page brings another token."""
    is_open: Mapped[bool] = mapped_column(default=False)
    """Of a phone: whether reading was opened and not closed since (models/reading_lock.py)."""
    openings: Mapped[int] = mapped_column(default=0)
    """How often reading was opened: what a browser says of an earlier opening counts no more."""
    pin: Mapped[bytes | None]
    """Of a phone: argon2id text of the digits that open reading, once they were chosen."""
    wrong_pins: Mapped[int] = mapped_column(default=0)
    """How many wrong ones were tried since."""

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    device: Mapped[Credential | None] = relationship(lazy="joined")

    @staticmethod
    def begin(
        session: Session, person: Person, assurance: Assurance, now: dt.datetime, family: str = ""
    ) -> str:
        """Start a session; gives its token, which is told once and never stored.

        What lets its person in was looked at behind `hold`. Staff have at most STAFF_SESSIONS: the
        one that was used longest ago ends.
        """
        hold(session, person.id)
        token = new_token()
        if assurance in PROOFS:
            _end_oldest(session, person.id, now)
        session.add(
            SignIn(
                token_hash=token_hash(token),
                person=person,
                assurance=assurance,
                family=family,
                made_at=now,
                seen_at=_seen(assurance, now),
                ends_at=now + life(assurance),
                proved_at=now if assurance in PROOFS else None,
                is_open=True,
            )
        )
        return token

    @staticmethod
    def find(session: Session, token: str, now: dt.datetime) -> SignIn | None:
        """The living session of a token, or None."""
        found = session.scalar(_BY_TOKEN, {"hash": token_hash(token)})
        return found if found is not None and found.is_live(now) else None

    @property
    def has_pin(self) -> bool:
        """Whether digits were chosen on this phone."""
        return self.pin is not None

    def is_live(self, now: dt.datetime) -> bool:
        """Whether the session still counts: not revoked, not ended, not idle for too long."""
        if self.revoked_at is not None or now >= self.ends_at or not self.person.is_active:
            return False
        return not is_idle(self.assurance, now - self.seen_at)

    def wants_touch(self, now: dt.datetime) -> bool:
        """Whether `seen_at` is old enough to be worth a write."""
        return _seen(self.assurance, now) - self.seen_at >= _SEEN_EVERY

    def touch(self, now: dt.datetime) -> None:
        """The session was used."""
        self.seen_at = _seen(self.assurance, now)

    def end(self, now: dt.datetime) -> None:
        """Sign out: nothing more is read in this session nor pushed to its browser.

        The browser takes back its push address by itself, but may be closed before it could.
        """
        if self.revoked_at is not None:
            return
        self.revoked_at = now
        audit.record(self.session, "sign_out", self.person, now=now, by=self.person_id)
        given = Subscription.sign_in_id == self.id, Subscription.person_id == self.person_id
        self.session.execute(sa.delete(Subscription).where(*given))

    @staticmethod
    def end_all(session: Session, person_id: uuid.UUID, now: dt.datetime) -> None:
        """End every session of a person, at once."""
        hold(session, person_id)
        session.execute(
            sa.update(SignIn)
            .where(SignIn.person_id == person_id, SignIn.revoked_at.is_(None))
            .values(revoked_at=now)
        )


_BY_TOKEN = sa.select(SignIn).where(SignIn.token_hash == sa.bindparam("hash"))


def hold(session: Session, person_id: uuid.UUID) -> None:
    """Until the commit nobody else begins a session of this person's, nor ends them all.

    Else who ends them would not see the one that is just being begun by what they take back. Before
    anything else is held; whoever begins looks at what lets them in only now.
    """
    this = sa.select(Person.id).where(Person.id == person_id)
    session.execute(this.with_for_update(key_share=True))


def end_access(session: Session, person: Person, now: dt.datetime) -> None:
    """End every session, device key, password and push address of a person."""
    SignIn.end_all(session, person.id, now)
    session.execute(
        sa.update(Credential)
        .where(Credential.person_id == person.id, Credential.revoked_at.is_(None))
        .values(revoked_at=now)
    )
    session.execute(sa.delete(Subscription).where(Subscription.person_id == person.id))


def _seen(assurance: Assurance, now: dt.datetime) -> dt.datetime:
    return hour_of(now) if assurance is Assurance.DEVICE else now


def _end_oldest(session: Session, person_id: uuid.UUID, now: dt.datetime) -> None:
    living = SignIn.revoked_at.is_(None), SignIn.ends_at > now, SignIn.assurance.in_(PROOFS)
    own = sa.select(SignIn).where(SignIn.person_id == person_id, *living)
    latest = own.order_by(SignIn.seen_at.desc(), SignIn.id).offset(STAFF_SESSIONS - 1)
    for row in session.scalars(latest).all():
        row.end(now)


def new_token() -> str:
    """A session's token: 256 random bits."""
    return secrets.token_urlsafe(32)


def token_hash(token: str) -> bytes:
    """What recognises a token of 128 random bits or more: for so many a plain SHA-256 is enough."""
    return hashlib.sha256(token.encode()).digest()
