"""Who staffs a desk. A content role begins only when somebody inside confirms the person."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from models import conflict, own_clue
from models.base import Base, run
from models.desk import Desk
from models.errors import Invalid
from models.person import Person, PersonState, TellOf
from models.reveal.entity import has_opened

CORE_STAFF = 2
SEALED_TEAM = 2


class Membership(Base):
    """A person's place at a desk, from confirmation until the day it ends."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("person_id", "desk_id"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    desk_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("desk.id"), index=True)
    in_sealed_team: Mapped[bool] = mapped_column(default=False)
    is_deputy: Mapped[bool] = mapped_column(default=False)
    """From outside the desk, for conflicts of interest."""
    on_duty: Mapped[bool] = mapped_column(default=False)
    """Stands on the desk's duty list (当番): hears of `today` and `now` while it is closed."""
    made_at: Mapped[dt.datetime]
    confirmed_at: Mapped[dt.datetime | None]
    confirmed_by_id: Mapped[uuid.UUID | None] = mapped_column(sa.ForeignKey("person.id"))
    ended_at: Mapped[dt.datetime | None]
    away_from: Mapped[dt.date | None]
    away_until: Mapped[dt.date | None]
    """お休み, both days with it; why is asked nowhere."""

    person: Mapped[Person] = relationship(back_populates="memberships", foreign_keys=person_id)
    desk: Mapped[Desk] = relationship()

    @property
    def is_active(self) -> bool:
        """Confirmed, not ended, and the person takes part."""
        return (
            self.confirmed_at is not None
            and self.ended_at is None
            and self.person.state is PersonState.ACTIVE
        )

    def is_away(self, today: dt.date) -> bool:
        """Whether the member is absent on this day."""
        return _is_away(self.away_from, self.away_until, today)

    def confirm(self, by: Person | None, now: dt.datetime) -> None:
        """Let the content role begin; `by` None is `init` on the server.

        Who may confirm is the policy's matter; nobody confirms oneself.
        """
        if by is not None and by.id == self.person_id:
            raise Invalid("office.problem.own_confirmation")
        if self.confirmed_at is None:
            self.away_from = self.away_until = None
            self.on_duty = False
            self.confirmed_at = now
            self.confirmed_by_id = None if by is None else by.id

    @staticmethod
    def active(session: Session, desk_id: uuid.UUID, *, sealed: bool = False) -> list[Membership]:
        """The present members of a desk, or of its sealed team."""
        return list(session.scalars(active_members(desk_id, sealed=sealed)))


HAS_PLACE = (Membership.confirmed_at.is_not(None), Membership.ended_at.is_(None))
"""Conditions: confirmed and not ended, whether or not the person takes part."""
IS_PRESENT = (*HAS_PLACE, Person.state == PersonState.ACTIVE)
"""The same, for who takes part."""
_MEMBERS, _PEOPLE = (Base.metadata.tables[name] for name in ("membership", "person"))
_ABOUT = sa.bindparam("about", type_=sa.Uuid())
_READERS = (
    sa.select(
        _MEMBERS.c.person_id,
        _PEOPLE.c.tell_of,
        _MEMBERS.c.on_duty,
        _MEMBERS.c.away_from,
        _MEMBERS.c.away_until,
        _MEMBERS.c.in_sealed_team,
        _MEMBERS.c.is_deputy,
        conflict.meets(_ABOUT, _MEMBERS.c.person_id).label("denied"),
    )
    .join(_PEOPLE, _PEOPLE.c.id == _MEMBERS.c.person_id)
    .where(_MEMBERS.c.desk_id == sa.bindparam("of"), *IS_PRESENT)
)


class Reader(NamedTuple):
    """A present member, when they want to be told, and on which days they are away."""

    person_id: uuid.UUID
    tell_of: TellOf | None = None
    on_duty: bool = False
    away_from: dt.date | None = None
    away_until: dt.date | None = None

    def is_away(self, today: dt.date) -> bool:
        """Whether the member is absent on this day."""
        return _is_away(self.away_from, self.away_until, today)


def _is_away(first_on: dt.date | None, last_on: dt.date | None, today: dt.date) -> bool:
    return first_on is not None and last_on is not None and first_on <= today <= last_on


def readers(
    session: Session,
    desk_id: uuid.UUID,
    *,
    sealed: bool = False,
    about: uuid.UUID | None = None,
    denied: Collection[uuid.UUID] = (),
) -> list[Reader]:
    """Who may read what a desk owes: its present members, or those of its sealed team.

    Of the thread `about` which it is, nobody in conflict; `denied`: who is, of one that is not
    saved yet. Deputies from outside read what no member is left for.
    """
    session.flush()
    rows = run(session, _READERS, {"of": desk_id, "about": about})
    free = [
        row
        for row in rows
        if (row.in_sealed_team or not sealed) and not row.denied and row.person_id not in denied
    ]
    members = [row for row in free if not row.is_deputy]
    return [Reader(*row[:5]) for row in members or free]


def reader_ids(
    session: Session, desk_id: uuid.UUID, *, sealed: bool = False, about: uuid.UUID | None = None
) -> set[uuid.UUID]:
    """Whose they are: the ids of the same people."""
    return {one.person_id for one in readers(session, desk_id, sealed=sealed, about=about)}


def present_ids(session: Session, desk_id: uuid.UUID, *, sealed: bool = False) -> set[uuid.UUID]:
    """Everybody who stands at a desk now, deputies too, or in its sealed team."""
    session.flush()
    rows = run(session, _READERS, {"of": desk_id, "about": None})
    return {row.person_id for row in rows if row.in_sealed_team or not sealed}


def read_at(session: Session, desks: Collection[uuid.UUID] | None) -> set[uuid.UUID]:
    """Everybody who stands at some desks now, deputies too; None: at any desk."""
    here = sa.true() if desks is None else Membership.desk_id.in_(desks)
    places = sa.select(Membership.person_id).join(Person, Membership.person)
    return set(session.scalars(places.where(here, *IS_PRESENT)))


def no_member_left(
    desk_id: sa.SQLColumnExpression[Any],
    thread_id: sa.SQLColumnExpression[Any],
    is_sealed: sa.SQLColumnExpression[Any],
    *,
    nor_deputy: bool = False,
) -> sa.ColumnElement[bool]:
    """The condition that all members of a desk, or of its sealed team, are denied a thread.

    `nor_deputy`: all who stand in for them as well.
    """
    members, people = _MEMBERS.alias(), _PEOPLE.alias()
    left = (
        sa.select(members.c.id)
        .join(people, people.c.id == members.c.person_id)
        .where(
            members.c.desk_id == desk_id,
            members.c.confirmed_at.is_not(None),
            members.c.ended_at.is_(None),
            sa.true() if nor_deputy else members.c.is_deputy.is_(False),
            people.c.state == PersonState.ACTIVE,
            sa.or_(members.c.in_sealed_team, sa.not_(is_sealed)),
            sa.not_(conflict.meets(thread_id, members.c.person_id)),
        )
    )
    return sa.not_(left.correlate_except(members, people).exists())


def staffed(session: Session) -> set[uuid.UUID]:
    """The desks that somebody staffs now."""
    places = sa.select(Membership.desk_id).distinct().join(Person, Membership.person)
    return set(session.scalars(places.where(*IS_PRESENT)))


_DESKS = Desk.metadata.tables["desk"]
_PLACES = (
    sa.select(
        _MEMBERS.c.desk_id,
        _MEMBERS.c.in_sealed_team,
        _MEMBERS.c.is_deputy,
        _DESKS.c.kind,
        _DESKS.c.is_volunteer,
        conflict.has_any(_MEMBERS.c.person_id).label("has_conflicts"),
        has_opened(_MEMBERS.c.person_id).label("has_reveals"),
        own_clue.has_given(_MEMBERS.c.person_id).label("has_answered"),
    )
    .join(_DESKS, _DESKS.c.id == _MEMBERS.c.desk_id)
    .where(_MEMBERS.c.person_id == sa.bindparam("of"), *HAS_PLACE)
)


def present_places(session: Session, person_id: uuid.UUID) -> Sequence[sa.Row[Any]]:
    """Desk, its kind and staffing, sealed team and deputy, for every place of an active person.

    Each also says whether there is any thread that the person may not see, whether they ever
    opened what needs a second person, and whether they said where they live.
    """
    session.flush()
    return run(session, _PLACES, {"of": person_id}).all()


def active_members(desk_id: uuid.UUID, *, sealed: bool = False) -> sa.Select[Membership]:
    """Select those who stand at a desk, deputies too, or in its sealed team only."""
    query = (
        sa.select(Membership)
        .join(Person, Person.id == Membership.person_id)
        .where(Membership.desk_id == desk_id, *IS_PRESENT)
    )
    return query.where(Membership.in_sealed_team.is_(True)) if sealed else query
