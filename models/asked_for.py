"""「この人には見せないで」: whom the words of a reporter mean among those who might read.

Names meet as in the finding of households: kana and characters, old forms, with or without a
title. Somebody too many is denied rather than somebody too few. Where nobody who reads is surely
meant, the sealed team takes the note; the reporter learns neither.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import normalise
from models.errors import Unreadable
from models.household import called
from models.household.called import Called, Likeness
from models.own_clue import ASKED_ROLES
from models.person import Person, PersonState, Role

_MAY_READ = frozenset({Role.STAFF, Role.COMMISSIONER, Role.ASSOCIATION, Role.VOLUNTEER})
_KANJI = "㐀-鿿々"
_BETWEEN = re.compile(f"[、,，;；/／&＆\n]|および|または|(?<=[{_KANJI}んン])と(?=[{_KANJI}])")
_TITLE = re.compile(
    "(?:課長|係長|部長|所長|主任|主事|主査|室長|会長|局長|先生|委員|相談員|保健師|職員|担当|様|さま|氏)+$"
)
_SURE = frozenset({Likeness.FULL, Likeness.FAMILY})


class Meant(NamedTuple):
    """Who is denied; `is_sure`: somebody who reads notes is, for every name that was given."""

    people: frozenset[uuid.UUID]
    is_sure: bool


NOBODY = Meant(frozenset(), is_sure=True)


def meant(session: Session, words: str) -> Meant:
    """Whom the words mean, in the whole town: a note may come to any desk of it."""
    parts = [part.strip() for part in _BETWEEN.split(words) if part.strip()]
    if not parts:
        return NOBODY
    people = [(one, name) for one in _readers(session) if (name := _name(one))]
    found: set[uuid.UUID] = set()
    is_sure = True
    for part in parts:
        like = {one: _like(part, name) for one, name in people}
        found |= {one.id for one, likeness in like.items() if likeness is not None}
        sure = (one for one, likeness in like.items() if likeness in _SURE)
        is_sure = any(one.role in ASKED_ROLES for one in sure) and is_sure
    return Meant(frozenset(found), is_sure)


def means(words: str, name: str) -> bool:
    """Whether the words mean somebody of this name."""
    parts = (part.strip() for part in _BETWEEN.split(words))
    return any(part and _like(part, name) is not None for part in parts)


def _readers(session: Session) -> Iterable[Person]:
    """Whoever may read, now or once they are confirmed or come back."""
    people = sa.select(Person).where(Person.state != PersonState.LEFT, Person.role.in_(_MAY_READ))
    return session.scalars(people.options(joinedload(Person.identity)))


def _name(person: Person) -> str:
    try:
        return person.name
    except Unreadable:
        return ""


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
