"""Who is near those a note is about: asked for by its writer, or found by address and name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import asked_for, conflict, own_clue, own_house, place
from models.base import keys_of, run
from models.conflict import ConflictKind
from models.draft import Draft
from models.errors import Unreadable
from models.own_clue import OwnClue, OwnKind, Token
from models.person import Person, PersonState
from models.thread import Thread

_LOCK = 0x6B697E
"""PostgreSQL's lock: notes share it as they come, whoever gives an address holds it alone."""


class Involved(NamedTuple):
    """Who may not see a note."""

    found: frozenset[uuid.UUID] = frozenset()
    asked: frozenset[uuid.UUID] = frozenset()
    is_unmet: bool = False
    """Its writer named somebody, and nobody who reads is surely meant."""

    @property
    def people(self) -> frozenset[uuid.UUID]:
        """All of them."""
        return self.found | self.asked

    def write(self, session: Session, thread_id: uuid.UUID, now: dt.datetime) -> None:
        """Deny them a thread."""
        both = ((ConflictKind.FOUND, self.found), (ConflictKind.ASKED, self.asked))
        for kind, people in both:
            if people:
                conflict.write(session, thread_id, people, kind, now)


def of_draft(
    session: Session,
    draft: Draft,
    area_id: int | None,
    followed: frozenset[uuid.UUID],
    *,
    right_place: str = "",
    desks: Collection[uuid.UUID] | None = None,
) -> Involved:
    """Who is involved in a note that comes now; nobody gives an address until it is saved.

    `followed`: who may not see the note that it follows, and `right_place` where that is.
    `desks`: those to which it goes first, None where nobody knows.
    """
    share(session)
    asked = asked_for.meant(session, draft.not_to, desks) if draft.not_to else asked_for.NOBODY
    about = About(draft.place, draft.place_detail, draft.called, area_id)
    found = _found(session, about)
    if right_place:
        found |= _found(session, moved(session, about, right_place))
    return Involved(found | followed, asked.people, not asked.is_sure)


def of_words(session: Session, words: str) -> frozenset[uuid.UUID]:
    """Who is meant by a name or a place that somebody looks for, or lives or works there."""
    return _found(session, About("", words, words, None))


def of_place(thread: Thread, right_place: str) -> frozenset[uuid.UUID]:
    """Who is involved in a note, now that its reporter put its place right; shared before."""
    session, body = thread.session, thread.observation.body
    about = about_of(body, thread.observation.area_id)
    return _found(session, moved(session, about, right_place))


def share(session: Session) -> None:
    """Until this transaction ends nobody gives an address: for whoever says where something is."""
    _hold(session, is_shared=True)


def hold(session: Session) -> None:
    """Until this transaction ends no note comes: for whoever gives an address or a name."""
    _hold(session, is_shared=False)


def _hold(session: Session, *, is_shared: bool) -> None:
    if session.get_bind().dialect.name == "postgresql":
        take = sa.func.pg_advisory_xact_lock_shared if is_shared else sa.func.pg_advisory_xact_lock
        session.execute(sa.select(take(_LOCK)))


class About(NamedTuple):
    """What a note says of whom it is about, and where that is."""

    typed: str
    detail: str
    called: str
    area_id: int | None


def about_of(body: Mapping[str, Any], area_id: int | None) -> About:
    """What the body of a note says of it."""
    typed, detail, name = (body.get(one, "") for one in ("place", "place_detail", "called"))
    return About(typed, detail, name, area_id)


def moved(session: Session, about: About, right_place: str) -> About:
    """The same where it is: in the town that the right place names, else in its own."""
    towns = place.find(session, right_place)
    if len(towns) == 1:
        return about._replace(typed="", detail=right_place, area_id=towns[0].id)
    return about._replace(detail=right_place)


_BY_TOKEN = (
    sa.select(OwnClue.person_id, OwnClue.kind, OwnClue.token, OwnClue.room)
    .join(Person, Person.id == OwnClue.person_id)
    .where(
        OwnClue.token.in_(sa.bindparam("tokens", expanding=True, type_=sa.LargeBinary())),
        # Who is suspended may come back.
        Person.state != PersonState.LEFT,
    )
)


def near(thread: Thread) -> frozenset[uuid.UUID]:
    """Who is near those that a note is about, by what is known at this moment."""
    note = thread.observation
    try:
        body = note.body
    except Unreadable:
        return frozenset()
    return _found(thread.session, about_of(body, note.area_id))


def _found(session: Session, about: About) -> frozenset[uuid.UUID]:
    wanted = _wanted(session, about)
    if not wanted:
        return frozenset()
    rows = run(session, _BY_TOKEN, {"tokens": sorted({one.token for one in wanted})})
    return frozenset(row.person_id for row in rows if _meets(row, wanted))


def is_near(session: Session, about: About, tokens: Collection[Token]) -> bool:
    """Whether what a note says is about whom these tokens are of."""
    wanted = _wanted(session, about)
    return any(_meets(own, wanted) for own in tokens)


def _wanted(session: Session, about: About) -> list[Token]:
    """What a note is looked up by."""
    keys = keys_of(session)
    house = own_house.house_of(session, about.area_id, about.typed, about.detail)
    is_vague = house is None and bool(about.called)
    town = own_clue.town_of(session, about.area_id) if is_vague else None
    found = list(own_clue.of_called(keys, about.called, town))
    if house is not None:
        found += [own_clue.of_house(keys, house, kind) for kind in (OwnKind.HOME, OwnKind.WORK)]
    return found


def _meets(own: Any, wanted: Iterable[Token]) -> bool:
    """One house, unless both say a room and it is another."""
    return any(
        own.kind is one.kind
        and own.token == one.token
        and (own.room is None or one.room is None or own.room == one.room)
        for one in wanted
    )
