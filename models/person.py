"""A person with an account: phone people, staff and administrators."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models.base import Base, keys_of, words_of
from models.identity import Identity, email_index

if TYPE_CHECKING:
    from models.area import Area
    from models.membership import Membership


class Role(StrEnum):
    """Who somebody is. What staff may read follows from confirmed memberships alone."""

    RESIDENT = "resident"
    VOLUNTEER = "volunteer"
    ASSOCIATION = "association"
    COMMISSIONER = "commissioner"
    STAFF = "staff"
    ADMINISTRATOR = "administrator"
    AUDITOR = "auditor"

    @property
    def is_phone(self) -> bool:
        """Whether people of this role sign in by their phone and note worries."""
        return self in PHONE_ROLES

    @property
    def chooses_area(self) -> bool:
        """Whether people of this role say where they are; a beat or an association is given."""
        return self in _AT_HOME


_AT_HOME = frozenset({Role.RESIDENT, Role.VOLUNTEER})
PHONE_ROLES = frozenset({Role.RESIDENT, Role.VOLUNTEER, Role.ASSOCIATION, Role.COMMISSIONER})


class PersonState(StrEnum):
    """Whether a person takes part."""

    ACTIVE = "active"
    SUSPENDED = "suspended"
    LEFT = "left"


class AnswerBy(StrEnum):
    """How somebody wants to hear of answers (お返事の受け取り方)."""

    PHONE = "phone"
    TELEPHONE = "telephone"
    EMAIL = "email"
    NONE = "none"


class TellOf(StrEnum):
    """Which notes staff are told of as they come; who named nothing hears of every one."""

    EVERY = "every"
    HURRIED = "hurried"
    """Only `today` and `now`."""
    TWICE = "twice"
    """`today` and `now`; the others together, at 08:30 and 13:00, or as the desk opens next."""


class Person(Base):
    """An account. What names the person stands in `identity`, under its own key."""

    __tablename__ = "person"

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    role: Mapped[Role] = mapped_column(words_of(Role))
    state: Mapped[PersonState] = mapped_column(words_of(PersonState), default=PersonState.ACTIVE)
    area_id: Mapped[int | None] = mapped_column(sa.ForeignKey("area.id"), index=True)
    language: Mapped[str] = mapped_column(sa.String(12), default="ja")
    answer_by: Mapped[AnswerBy | None] = mapped_column(words_of(AnswerBy))
    tell_of: Mapped[TellOf | None] = mapped_column(words_of(TellOf))
    joined_at: Mapped[dt.datetime]
    moved_at: Mapped[dt.datetime | None]
    """When a sheet of the office let another phone in; see models/held_history.py."""

    area: Mapped[Area | None] = relationship()
    identity: Mapped[Identity | None] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )
    memberships: Mapped[list[Membership]] = relationship(
        back_populates="person", foreign_keys="Membership.person_id"
    )

    @property
    def is_active(self) -> bool:
        """Whether the person may sign in at all."""
        return self.state is PersonState.ACTIVE

    @property
    def name(self) -> str:
        """The display name; empty once the person has left."""
        return "" if self.identity is None else self.identity.name

    @property
    def names(self) -> tuple[str, ...]:
        """The display name, and what is remembered beside it."""
        return () if self.identity is None else (self.identity.name, *self.identity.former)

    @property
    def desk_ids(self) -> frozenset[uuid.UUID]:
        """The desks the person is a confirmed, present member of."""
        return frozenset(m.desk_id for m in self.memberships if m.is_active)

    @staticmethod
    def enrol(
        session: Session,
        *,
        role: Role,
        name: str,
        now: dt.datetime,
        area: Area | None = None,
        language: str = "ja",
        email: str | None = None,
    ) -> Person:
        """Make an account; it has no way to sign in until it is given one."""
        person = Person(id=uuid.uuid4(), role=role, area=area, language=language, joined_at=now)
        session.add(person)
        person.identity = Identity.make(session, person.id, name)
        if email is not None:
            person.identity.email = email
        return person

    @staticmethod
    def with_email(session: Session, email: str) -> Person | None:
        """The active person with this address, or None."""
        return session.scalar(
            sa.select(Person)
            .join(Identity, Identity.person_id == Person.id)
            .where(
                Identity.email_index == email_index(keys_of(session), email),
                Person.state == PersonState.ACTIVE,
            )
        )
