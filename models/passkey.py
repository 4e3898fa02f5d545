"""Passkeys: a key in somebody's device or security key, for any role.

How one is made or used, in this order: `challenge.ask`, the options of `passkey_answer`, the
browser, `challenge.take` and its commit, `passkey_answer.read_…`, and then the verb here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import audit
from models.base import Base, keys_of
from models.credential import Credential, CredentialKind
from models.errors import Invalid
from models.passkey_answer import Holder, NewKey, Used
from models.person import Person

MOST = 10
"""Of one person: a few devices, a security key and its spare."""


class Passkey(Base):
    """What is known of a passkey beside its public key, which is the credential's material."""

    __tablename__ = "passkey"

    credential_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("credential.id", ondelete="CASCADE"), primary_key=True
    )
    key_id: Mapped[bytes] = mapped_column(unique=True)
    """The authenticator's own name for it."""
    sign_count: Mapped[int] = mapped_column(sa.BigInteger)
    is_synced: Mapped[bool]
    """Whether it is kept in an account, and so in several devices."""
    family: Mapped[str] = mapped_column(sa.String(24), default="")
    """On what it was made, so that its owner can tell one from another."""
    used_at: Mapped[dt.datetime | None]
    flagged_at: Mapped[dt.datetime | None]
    """When its count first went back: somebody may hold a copy."""

    credential: Mapped[Credential] = relationship(lazy="joined", innerjoin=True)

    @staticmethod
    def with_key_id(session: Session, key_id: bytes) -> Passkey | None:
        """The living passkey of somebody who takes part, or None."""
        found = session.scalar(
            sa.select(Passkey)
            .join(Credential)
            .where(Passkey.key_id == key_id, Credential.revoked_at.is_(None))
        )
        return found if found is not None and found.credential.person.is_active else None

    @staticmethod
    def of(session: Session, person_id: uuid.UUID) -> Sequence[Passkey]:
        """The living passkeys of a person, the oldest first."""
        return session.scalars(
            sa.select(Passkey)
            .join(Credential)
            .where(Credential.person_id == person_id, Credential.revoked_at.is_(None))
            .order_by(Credential.made_at, Credential.id)
        ).all()

    def use(self, used: Used, now: dt.datetime) -> None:
        """It proved its owner. A count that did not grow is flagged, and written down each time."""
        counts = used.sign_count > 0 or self.sign_count > 0
        if counts and used.sign_count <= self.sign_count:
            self.flagged_at = self.flagged_at or now
            person_id = self.credential.person_id
            audit.record(self.session, "passkey_copied", self.credential, now=now, to=person_id)
        self.sign_count = max(self.sign_count, used.sign_count)
        self.is_synced, self.used_at = used.is_synced, now


def holder_of(session: Session, person: Person) -> Holder:
    """For whom a passkey is made; the handle is found from the person alone, never the reverse."""
    address = person.identity.email if person.identity is not None else None
    handle = keys_of(session).message_code("passkey", str(person.id))
    return Holder(handle, address or person.name, person.name)


def add(session: Session, person: Person, new: NewKey, now: dt.datetime, family: str = "") -> None:
    """Give a person a passkey; raises Invalid for one that is known, and beyond MOST."""
    if session.scalar(sa.select(sa.exists().where(Passkey.key_id == new.key_id))):
        raise Invalid("join.problem.passkey_known")
    if len(Passkey.of(session, person.id)) >= MOST:
        raise Invalid("join.problem.passkey_most")
    credential = Credential(
        id=uuid.uuid4(),
        person=person,
        kind=CredentialKind.PASSKEY,
        material=new.public_key,
        made_at=now,
    )
    session.add(credential)
    session.add(
        Passkey(
            credential=credential,
            key_id=new.key_id,
            sign_count=new.sign_count,
            is_synced=new.is_synced,
            family=family,
        )
    )
    session.flush()
    audit.record(session, "add_passkey", credential, now=now, by=person.id)
