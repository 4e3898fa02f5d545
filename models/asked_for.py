"""「この人には見せないで」: whom the words of a reporter mean among those who might read.

Names meet as in the finding of households: kana and characters, old forms, with or without a
title, by what somebody is called or was before. Somebody too many is denied rather than somebody
too few. Where nobody who would read it is surely meant, the sealed team takes the note; the
reporter learns neither.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import normalise
from models.errors import Unreadable
from models.household import called
from models.household.called import Called, Likeness
from models.membership import read_at
from models.person import Person, PersonState, Role

MAY_READ = frozenset({Role.STAFF, Role.COMMISSIONER, Role.ASSOCIATION, Role.VOLUNTEER})
_KANJI = "㐀-鿿々"
_BETWEEN = re.compile(f"[、,，;；/／&＆\n]|および|または|(?<=[{_KANJI}んン])と(?=[{_KANJI}])")
_TITLE = re.compile(
    "(?:課長|係長|部長|所長|主任|主事|主査|室長|会長|局長|先生|委員|相談員|保健師|職員|担当|様|さま|氏)+$"
)
_SURE = frozenset({Likeness.FULL, Likeness.FAMILY})


class Meant(NamedTuple):
    """Who is denied; `is_sure`: somebody who would read it is, for every name that was given."""

    people: frozenset[uuid.UUID]
    is_sure: bool


NOBODY = Meant(frozenset(), is_sure=True)


def meant(session: Session, words: str, desks: Collection[uuid.UUID] | None) -> Meant:
    """Whom the words mean, in the whole town: a note may come to any desk of it.

    `desks`: those to which this one goes first; None where nobody knows.
    """
    parts = [part.strip() for part in _BETWEEN.split(words) if part.strip()]
    if not parts:
        return NOBODY
    people = [(one.id, names) for one in _readers(session) if (names := _names(one))]
    here = read_at(session, desks)
    found: set[uuid.UUID] = set()
    is_sure = True
    for part in parts:
        like = {id_: _likeness(part, names) for id_, names in people}
        found |= {id_ for id_, likeness in like.items() if likeness is not None}
        is_sure = any(id_ in here for id_, one in like.items() if one in _SURE) and is_sure
    return Meant(frozenset(found), is_sure)


def means(words: str, names: Collection[str]) -> bool:
    """Whether the words mean somebody of these names."""
    parts = (part.strip() for part in _BETWEEN.split(words))
    return any(part and _likeness(part, names) is not None for part in parts)


def _likeness(part: str, names: Iterable[str]) -> Likeness | None:
    """How surely it is one of somebody's names, the surest of them."""
    found = {_like(part, name) for name in names}
    return next((one for one in Likeness if one in found), None)


def _readers(session: Session) -> Iterable[Person]:
    """Whoever may read, now or once they are confirmed or come back."""
    people = sa.select(Person).where(Person.state != PersonState.LEFT, Person.role.in_(MAY_READ))
    return session.scalars(people.options(joinedload(Person.identity)))


def _names(person: Person) -> tuple[str, ...]:
    try:
        return person.names
    except Unreadable:
        return ()


def _like(part: str, name: str) -> Likeness | None:
    """How surely a part of the words is this person's name; None where it is another's."""
    owns = called.understood(name)
    whole = normalise.name(name)
    best: Likeness | None = None
    for typed in _readings(part):
        folded = normalise.name(typed)
        if folded and (folded == whole or any(folded == own.given for own in owns)):
            return Likeness.FULL
        for asked in called.understood(typed):
            found = _compare(asked, owns)
            if found in _SURE:
                return found
            best = best or found
    return best


def _readings(part: str) -> Iterator[str]:
    """The part as it stands, without a title, and what follows 「の」: 民生委員の田中さん."""
    after = part.rpartition("の")[2]
    for one in dict.fromkeys((part, after)):
        yield one
        bare = _TITLE.sub("", one.removesuffix("さん").strip()).strip()
        if bare and bare != one:
            yield bare


def _compare(asked: Called, owns: tuple[Called, ...]) -> Likeness | None:
    for own in owns:
        likeness = called.compare((asked,), (own,))
        if likeness is Likeness.FAMILY and _are_two(asked.given, own.given):
            continue
        if likeness in _SURE or likeness is Likeness.SIMILAR:
            return likeness
    return None


def _are_two(one: str, other: str) -> bool:
    """Whether two given names are surely of two people: kana may be the reading of the other."""
    if not one or not other:
        return False
    return called.is_kana(one) is called.is_kana(other)
