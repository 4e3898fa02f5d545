"""Where staff and commissioners live and work, and what they are called, so that no note about
their own comes before them. Blind indexes only: nobody reads it, and nothing is kept to be read.

Residents are asked nothing. A former address still counts for a year: who moves, or says so, sees
no more for it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator
from enum import StrEnum
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import normalise
from models.area import Area, AreaKind
from models.base import Base, insert, keys_of, words_of
from models.household import called, surnames
from models.keys import KeyRing
from models.own_house import House, house_of
from models.person import Person, Role

ASKED_ROLES = frozenset({Role.STAFF, Role.COMMISSIONER})
STILL = dt.timedelta(days=365)
FIRST_DAY = dt.timedelta(days=1)
"""For so long somebody new may read before they have answered."""


class OwnKind(StrEnum):
    """What one token is of."""

    HOME = "home"
    WORK = "work"
    EMPLOYER = "employer"
    """A name, where no address was given."""
    NAME = "name"
    """Surname and given name."""
    FAMILY = "family"
    """The surname in the town of the home."""


_OF_WORK = (OwnKind.WORK, OwnKind.EMPLOYER)


class OwnClue(Base):
    """One token of a person. `room`: of a home among several, its own token."""

    __tablename__ = "own_clue"
    __table_args__ = (sa.Index(None, "token"),)

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=uuid.uuid4)
    person_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("person.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[OwnKind] = mapped_column(words_of(OwnKind))
    token: Mapped[bytes]
    room: Mapped[bytes | None]
    made_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    """When another took its place."""


class Token(NamedTuple):
    """What is stored, or looked for."""

    kind: OwnKind
    token: bytes
    room: bytes | None = None


def of_house(keys: KeyRing, house: House, kind: OwnKind) -> Token:
    """The token of a house: of its number alone, its room beside it."""
    at = f"{house.town}|{house.lot}"
    room = keys.index("own_room", f"{at}|{house.room}") if house.room else None
    return Token(kind, keys.index("own_house", at), room)


def of_person(keys: KeyRing, name: str, town: int | None) -> Iterator[Token]:
    """The tokens of a person's name, however it may be written in a note."""
    for one in called.understood(name):
        for family in _forms(one.family, is_own=True):
            if one.given:
                yield Token(OwnKind.NAME, keys.index("own_name", f"{family}|{one.given}"))
            if town is not None:
                yield Token(OwnKind.FAMILY, keys.index("own_family", f"{town}|{family}"))


def of_called(keys: KeyRing, name: str, town: int | None) -> Iterator[Token]:
    """The tokens to look for, of whom a note is about. `town`: where it names no house."""
    if name:
        for text in normalise.before(normalise.name(name)):
            yield Token(OwnKind.EMPLOYER, keys.index("own_employer", text))
    for one in called.understood(name):
        for family in _forms(one.family, is_own=False):
            if one.given:
                for text in normalise.before(f"{family}|{one.given}"):
                    yield Token(OwnKind.NAME, keys.index("own_name", text))
            if town is not None:
                for text in normalise.before(f"{town}|{family}"):
                    yield Token(OwnKind.FAMILY, keys.index("own_family", text))


def _forms(family: str, *, is_own: bool) -> Iterator[str]:
    """As it is written, and its readings: 斎藤 meets サイトウ, and 渡辺 does not meet 渡部."""
    readings = surnames.READINGS.get(family, frozenset())
    yield f"w|{family}"
    if readings:
        yield from (f"{'r' if is_own else 'w'}|{one}" for one in sorted(readings))
    elif not is_own:
        yield f"r|{family}"


def of_given(session: Session, person: Person, home: str, employer: str) -> list[Token]:
    """All tokens of what somebody gave; the employer by address, else by name."""
    keys = keys_of(session)
    house = house_of(session, None, "", home) if home else None
    work = house_of(session, None, "", employer) if employer else None
    found = list(of_person(keys, person.name, house.town if house else None))
    if home:
        elsewhere = Token(OwnKind.HOME, keys.index("own_elsewhere", normalise.place(home)))
        found.append(of_house(keys, house, OwnKind.HOME) if house else elsewhere)
    if work:
        found.append(of_house(keys, work, OwnKind.WORK))
    if employer:
        found.append(Token(OwnKind.EMPLOYER, keys.index("own_employer", normalise.name(employer))))
    return found


def of_name(session: Session, person: Person, name: str) -> list[Token]:
    """The tokens of another name of somebody, in the towns where the former ones stand.

    The town of a home is kept nowhere: it is the one whose tokens of a known name are theirs.
    """
    keys = keys_of(session)
    own = sa.select(OwnClue.token).where(_holds(person), OwnClue.kind == OwnKind.FAMILY)
    known = set(session.scalars(own))
    found = dict.fromkeys(of_person(keys, name, None))
    for town in Area.of_kind(session, AreaKind.TOWN) if known else ():
        before = (token for one in person.names for token in of_called(keys, one, town.id))
        if any(one.token in known for one in before):
            found |= dict.fromkeys(of_person(keys, name, town.id))
    return list(found)


def keep(
    session: Session,
    person: Person,
    tokens: list[Token],
    now: dt.datetime,
    *,
    ends_employer: bool = False,
) -> None:
    """Store what somebody gave now; what they gave before is a former one.

    An employer holds until another is given, or there is none: `ends_employer`.
    """
    former = _holds(person)
    if not ends_employer and not any(one.kind in _OF_WORK for one in tokens):
        former = sa.and_(former, OwnClue.kind.not_in(_OF_WORK))
    session.execute(sa.update(OwnClue).where(former).values(ended_at=now))
    session.execute(sa.delete(OwnClue).where(_is_over(now)))
    _store(session, person, tokens, now)


def add(session: Session, person: Person, tokens: list[Token], now: dt.datetime) -> None:
    """Store what does not hold of somebody yet, beside what does."""
    known = set(session.scalars(sa.select(OwnClue.token).where(_holds(person))))
    _store(session, person, [one for one in tokens if one.token not in known], now)


def _store(session: Session, person: Person, tokens: list[Token], now: dt.datetime) -> None:
    row = {"person_id": person.id, "made_at": now}
    rows = [{**row, **one._asdict(), "id": uuid.uuid4()} for one in tokens]
    insert(session, OwnClue, rows)


def _holds(person: Person) -> sa.ColumnElement[bool]:
    return sa.and_(OwnClue.person_id == person.id, OwnClue.ended_at.is_(None))


def live_elsewhere(session: Session, person: Person, now: dt.datetime) -> None:
    """Nobody of an invented town lives in it: who would be asked has answered."""
    if person.role in ASKED_ROLES:
        keep(session, person, of_given(session, person, "–", ""), now)


def forget(session: Session, person: Person) -> None:
    """Nothing is known of somebody who leaves."""
    session.execute(sa.delete(OwnClue).where(OwnClue.person_id == person.id))


def forget_former(session: Session, now: dt.datetime) -> None:
    """Delete what counts no more, whoever gave it."""
    session.execute(sa.delete(OwnClue).where(_is_over(now)))


def _is_over(now: dt.datetime) -> sa.ColumnElement[bool]:
    return OwnClue.ended_at < now - STILL


def has_given(person_id: sa.SQLColumnExpression[uuid.UUID]) -> sa.ColumnElement[bool]:
    """The condition that somebody has said where they live: the one thing asked of everybody."""
    own = sa.exists().where(OwnClue.person_id == person_id, OwnClue.kind == OwnKind.HOME)
    return own.correlate_except(OwnClue)


def has_employer(session: Session, person: Person) -> bool:
    """Whether they said where else they work."""
    work = sa.select(OwnClue.id).where(_holds(person), OwnClue.kind.in_(_OF_WORK))
    return session.scalar(work.limit(1)) is not None


def is_asked(session: Session, person: Person) -> bool:
    """Whether a person is to be asked: of staff and commissioners, who has not said it yet."""
    asked = sa.select(Person.id).where(Person.id == person.id, is_unanswered())
    return session.scalar(asked) is not None


def is_unanswered() -> sa.ColumnElement[bool]:
    """The condition that somebody is to be asked, and has not said it yet."""
    return sa.and_(Person.role.in_(ASKED_ROLES), sa.not_(has_given(Person.id)))


def town_of(session: Session, area_id: int | None) -> int | None:
    """The town that an area is; None of anything wider."""
    area = None if area_id is None else session.get(Area, area_id)
    return area_id if area is not None and area.kind is AreaKind.TOWN else None
