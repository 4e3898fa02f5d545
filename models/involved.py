"""Who is near those a note is about: asked for by its writer, or found by address and name."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Iterator
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import asked_for, conflict, own_clue
from models.base import keys_of, run
from models.conflict import ConflictKind
from models.draft import Draft
from models.errors import Unreadable
from models.observation import Observation, opened
from models.own_clue import OwnClue, OwnKind, Token
from models.person import Person, PersonState
from models.thread import Thread, key_of

FAR = 20_000
"""How many notes are looked through, the newest first, for somebody who gave an address now."""
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
    session: Session, draft: Draft, area_id: int | None, followed: frozenset[uuid.UUID]
) -> Involved:
    """Who is involved in a note that comes now; nobody gives an address until it is saved.

    `followed`: who may not see the note that it follows.
    """
    _hold(session, is_shared=True)
    asked = asked_for.meant(session, draft.not_to) if draft.not_to else asked_for.NOBODY
    about = _About(draft.place, draft.place_detail, draft.called, area_id)
    return Involved(_found(session, about) | followed, asked.people, not asked.is_sure)


def hold(session: Session) -> None:
    """Until this transaction ends no note comes: for whoever gives an address or a name."""
    _hold(session, is_shared=False)


def _hold(session: Session, *, is_shared: bool) -> None:
    if session.get_bind().dialect.name == "postgresql":
        take = sa.func.pg_advisory_xact_lock_shared if is_shared else sa.func.pg_advisory_xact_lock
        session.execute(sa.select(take(_LOCK)))


class _About(NamedTuple):
    """What a note says of whom it is about."""

    typed: str
    detail: str
    called: str
    area_id: int | None


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
    place, detail, name = (body.get(one, "") for one in ("place", "place_detail", "called"))
    return _found(thread.session, _About(place, detail, name, note.area_id))


def _found(session: Session, about: _About) -> frozenset[uuid.UUID]:
    wanted = _wanted(session, about)
    if not wanted:
        return frozenset()
    rows = run(session, _BY_TOKEN, {"tokens": sorted({one.token for one in wanted})})
    return frozenset(row.person_id for row in rows if _meets(row, wanted))


def _wanted(session: Session, about: _About) -> list[Token]:
    """What a note is looked up by."""
    keys = keys_of(session)
    house = own_clue.house_of(session, about.area_id, about.typed, about.detail)
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


def look(
    session: Session, person: Person, tokens: Collection[Token], since: dt.datetime | None = None
) -> set[uuid.UUID]:
    """The threads that are about what these tokens say, or whose writer named the person.

    `since`: only what came from then on. Opened in memory, up to FAR of the newest.
    """
    notes = _notes() if since is None else _notes().where(Observation.received_at >= since)
    found = set()
    for thread_id, area_id, body in _opened(session, notes.limit(FAR)):
        place, detail, name = (body.get(one, "") for one in ("place", "place_detail", "called"))
        about = _About(place, detail, name, area_id)
        wanted = _wanted(session, about)
        if any(_meets(own, wanted) for own in tokens):
            found.add(thread_id)
    return found | named(session, person)


def named(session: Session, person: Person) -> set[uuid.UUID]:
    """The threads whose writer named the person; those that name anybody are few."""
    name, guarded = person.name, _notes().where(Thread.is_guarded.is_(True))
    bodies = _opened(session, guarded)
    return {id_ for id_, _, body in bodies if asked_for.means(body.get("not_to", ""), name)}


def _opened(
    session: Session, notes: sa.Select[Any]
) -> Iterator[tuple[uuid.UUID, int | None, dict[str, Any]]]:
    """The thread, the area and the words of each that can be opened."""
    keys = keys_of(session)
    for row in session.execute(notes).all():
        try:
            key = key_of(keys, row.thread_id, row.wrapped_key, sealed=row.is_sealed)
            yield row.thread_id, row.area_id, opened(key, row.id, row.sealed_body)
        except Unreadable:
            continue


def _notes() -> sa.Select[Any]:
    columns: tuple[Any, ...] = (
        Observation.id,
        Observation.thread_id,
        Observation.area_id,
        Observation.sealed_body,
        Thread.wrapped_key,
        Thread.is_sealed,
    )
    return (
        sa.select(*columns)
        .join(Thread, Thread.id == Observation.thread_id)
        .where(Observation.sealed_body.is_not(None))
        .order_by(Observation.received_at.desc())
    )
