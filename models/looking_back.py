"""What was noted before somebody said where they live, or what they are called now.

Opened in memory, one note after the other: no index stands in the database for it.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import asked_for, involved, observation, reply
from models.base import keys_of
from models.errors import Unreadable
from models.involved import About
from models.observation import Observation
from models.own_clue import Token
from models.person import Person
from models.reply import Reply, ReplyKind
from models.thread import Thread, key_of

FAR = 20_000
"""How many notes are looked through, the newest first, and how many additions."""


def look(
    session: Session, person: Person, tokens: Collection[Token], since: dt.datetime | None = None
) -> set[uuid.UUID]:
    """The threads that are about what these tokens say, or whose writer named the person.

    `since`: only what came, or was put right, from then on.
    """
    found = _named(session, person)
    if not tokens:
        return found
    for thread_id, about in (*_noted(session, since), *_put_right(session, since)):
        if thread_id not in found and involved.is_near(session, about, tokens):
            found.add(thread_id)
    return found


def _named(session: Session, person: Person) -> set[uuid.UUID]:
    """The threads whose writer named the person; those that name anybody are few."""
    names, guarded = person.names, _NOTES.where(Thread.is_guarded.is_(True))
    return {
        row.thread_id
        for row, body in _opened(session, guarded)
        if asked_for.means(body.get("not_to", ""), names)
    }


def _noted(session: Session, since: dt.datetime | None) -> Iterator[tuple[uuid.UUID, About]]:
    """The thread of each note, and whom it is about; of what follows another, where that is."""
    notes = _NOTES if since is None else _NOTES.where(Observation.received_at >= since)
    for row, body in _opened(session, notes.limit(FAR)):
        about = involved.about_of(body, row.area_id)
        yield row.thread_id, about
        if right_place := body.get("right_place"):
            yield row.thread_id, involved.moved(session, about, right_place)


def _put_right(session: Session, since: dt.datetime | None) -> Iterator[tuple[uuid.UUID, About]]:
    """The same where its reporter put its place right afterwards."""
    added = _ADDED if since is None else _ADDED.where(Reply.at >= since)
    for row, body in _opened(session, added.limit(FAR)):
        key = key_of(keys_of(session), row.thread_id, row.wrapped_key, sealed=row.is_sealed)
        right_place = reply.opened(key, row.reply_id, row.sealed_said).params.get("place")
        if right_place:
            about = involved.about_of(body, row.area_id)
            yield row.thread_id, involved.moved(session, about, right_place)


def _opened(
    session: Session, notes: sa.Select[Any]
) -> Iterator[tuple[sa.Row[Any], dict[str, Any]]]:
    """Each with the words of its note, where they can be opened."""
    keys = keys_of(session)
    for row in session.execute(notes).all():
        try:
            key = key_of(keys, row.thread_id, row.wrapped_key, sealed=row.is_sealed)
            body = observation.opened(key, row.id, row.sealed_body)
        except Unreadable:
            continue
        yield row, body


_COLUMNS: tuple[Any, ...] = (
    Observation.id,
    Observation.thread_id,
    Observation.area_id,
    Observation.sealed_body,
    Thread.wrapped_key,
    Thread.is_sealed,
)
_BODIES = (
    sa.select(*_COLUMNS)
    .join(Thread, Thread.id == Observation.thread_id)
    .where(Observation.sealed_body.is_not(None))
)
_NOTES = _BODIES.order_by(Observation.received_at.desc())
_ADDED = (
    _BODIES.add_columns(Reply.id.label("reply_id"), Reply.sealed_said)
    .join(Reply, Reply.thread_id == Observation.thread_id)
    .where(Reply.kind == ReplyKind.ADDITION)
    .order_by(Reply.at.desc())
)
