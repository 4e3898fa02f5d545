"""What names somebody: its own table, under a data key of its own that goes when they leave."""

from __future__ import annotations

import json
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models.base import Base, keys_of
from models.data_key import DataKey
from models.keys import KeyRing


class Identity(Base):
    """Name, e-mail and telephone of one person; deleting the row forgets them."""

    __tablename__ = "identity"

    person_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), primary_key=True
    )
    wrapped_key: Mapped[bytes]
    sealed_name: Mapped[bytes]
    sealed_former: Mapped[bytes | None]
    """What they were called before, of whom a note may ask that they do not read it."""
    sealed_email: Mapped[bytes | None]
    email_index: Mapped[bytes | None] = mapped_column(unique=True)
    sealed_telephone: Mapped[bytes | None]

    @property
    def name(self) -> str:
        """The display name."""
        return self._key.unseal("identity.name", self.person_id, self.sealed_name)

    @name.setter
    def name(self, name: str) -> None:
        self.sealed_name = self._key.seal("identity.name", self.person_id, name)

    @property
    def former(self) -> tuple[str, ...]:
        """The names that are remembered beside it."""
        kept = self._open("identity.former", self.sealed_former)
        return () if kept is None else tuple(json.loads(kept))

    def remember(self, name: str) -> None:
        """Remember a name of theirs, as long as the identity is there."""
        kept = json.dumps(list(dict.fromkeys((*self.former, name))), ensure_ascii=False)
        self.sealed_former = self._close("identity.former", kept)

    @property
    def email(self) -> str | None:
        """The e-mail address, or None."""
        return self._open("identity.email", self.sealed_email)

    @email.setter
    def email(self, email: str | None) -> None:
        self.sealed_email = self._close("identity.email", email)
        self.email_index = None if email is None else email_index(self.keys, email)

    def write_to(self, email: str | None) -> None:
        """Where to mail answers, for somebody who does not sign in by it.

        Several people may share such an address, and no page can be asked whether it is known.
        """
        self.sealed_email = self._close("identity.email", email)
        self.email_index = None

    @property
    def telephone(self) -> str | None:
        """The number at which answers may be told, or None."""
        return self._open("identity.telephone", self.sealed_telephone)

    @telephone.setter
    def telephone(self, number: str | None) -> None:
        self.sealed_telephone = self._close("identity.telephone", number)

    @staticmethod
    def make(session: Session, person_id: uuid.UUID, name: str) -> Identity:
        """A new identity with a fresh data key."""
        key, wrapped = keys_of(session).new_data_key("reporter", person_id)
        identity = Identity(
            person_id=person_id,
            wrapped_key=wrapped,
            sealed_name=key.seal("identity.name", person_id, name),
        )
        session.add(identity)
        return identity

    @staticmethod
    def has_email(session: Session, email: str) -> bool:
        """Whether somebody's identity, active or not, holds this address."""
        found = Identity.email_index == email_index(keys_of(session), email)
        return bool(session.scalar(sa.select(sa.exists().where(found))))

    @property
    def _key(self) -> DataKey:
        return self.keys.data_key("reporter", self.person_id, self.wrapped_key)

    def _open(self, place: str, cipher: bytes | None) -> str | None:
        return None if cipher is None else self._key.unseal(place, self.person_id, cipher)

    def _close(self, place: str, plain: str | None) -> bytes | None:
        return None if plain is None else self._key.seal(place, self.person_id, plain)


def email_index(keys: KeyRing, email: str) -> bytes:
    """The blind index under which an address is found and unique; case is folded."""
    return keys.index("identity.email", email.strip().lower(), size=32)
