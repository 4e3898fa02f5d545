"""What the core holds because it followed a note: whoever reads it reads of that note."""

from __future__ import annotations

import sqlalchemy as sa

from models.errors import Unreadable
from models.observation import Observation
from models.thread import Thread

_LOOKED_AT = 500
"""Of what no area is known, the newest; a note is followed within days."""


def threads_of(thread: Thread) -> list[Thread]:
    """The other contents that came under the note's id, and what followed it and was held."""
    same = _same(thread)
    return [one for one in (*same, *_followed_by(thread, same)) if not one.is_sealed]


def _same(thread: Thread) -> list[Thread]:
    note = thread.observation
    root = note.client_id or note.conflicts_with
    if root is None:
        return []
    same = sa.or_(Observation.client_id == root, Observation.conflicts_with == root)
    return _threads(thread, same)


def _followed_by(thread: Thread, same: list[Thread]) -> list[Thread]:
    """What followed any content under its id; that stands in the encrypted note alone, so that
    each is opened."""
    notes = [thread.observation, *(one.observation for one in same)]
    own = {str(name) for one in notes for name in (one.client_id, one.conflicts_with, one.id)}
    since = min(one.received_at for one in notes)
    later = Observation.area_id.is_(None), Observation.received_at >= since
    found = _threads(thread, *later, Thread.is_sealed.is_(False))
    return [one for one in found if _follows(one.observation) in own]


def _threads(thread: Thread, *which: sa.ColumnElement[bool]) -> list[Thread]:
    found = (
        sa.select(Thread)
        .join(Observation, Observation.thread_id == Thread.id)
        .where(*which, Thread.id != thread.id)
        .order_by(Observation.received_at.desc(), Thread.id)
        .limit(_LOOKED_AT)
    )
    return list(thread.session.scalars(found))


def _follows(note: Observation) -> str:
    try:
        return str(note.body.get("follows", ""))
    except Unreadable:
        return ""
