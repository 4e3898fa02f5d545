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
    return [one for one in (*_same(thread), *_followed_by(thread)) if not one.is_sealed]


def _same(thread: Thread) -> list[Thread]:
    note = thread.observation
    root = note.client_id or note.conflicts_with
    if root is None:
        return []
    same = sa.or_(Observation.client_id == root, Observation.conflicts_with == root)
    return _threads(thread, same)


def _followed_by(thread: Thread) -> list[Thread]:
    """What it follows stands in the encrypted note alone, so that each is opened."""
    note = thread.observation
    name = str(note.client_id or note.id)
    later = Observation.area_id.is_(None), Observation.received_at >= note.received_at
    return [one for one in _threads(thread, *later) if _follows(one.observation) == name]


def _threads(thread: Thread, *which: sa.ColumnElement[bool]) -> list[Thread]:
    found = (
        sa.select(Thread)
        .join(Observation, Observation.thread_id == Thread.id)
        .where(*which, Thread.id != thread.id, Thread.is_sealed.is_(False))
        .order_by(Observation.received_at.desc(), Thread.id)
        .limit(_LOOKED_AT)
    )
    return list(thread.session.scalars(found))


def _follows(note: Observation) -> str:
    try:
        return str(note.body.get("follows", ""))
    except Unreadable:
        return ""
