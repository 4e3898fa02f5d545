"""How far one looks for words: what is open at a desk, and those notes that ended there last."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area
from models.base import keys_of, run
from models.desk import Desk
from models.errors import Unreadable
from models.handoff import Handoff
from models.keys import KeyRing
from models.observation import Observation, opened
from models.queue import IS_HERE, Handoffs
from models.search.matching import Note
from models.search.seen import COLUMNS, Seen
from models.thread import Thread, key_of

FAR = 3000
"""How many of the notes that ended are opened for one question."""
OPEN = 20_000
"""What is open is looked through whole; this alone bounds what a flood of notes could cost."""
_IS_OPEN = sa.bindparam("is_open", type_=sa.Boolean())
_MOST = sa.bindparam("most", type_=sa.Integer())
_OF_NOTE = (
    Handoff.area_id,
    Area.name.label("area_name"),
    Thread.is_sealed.label("is_thread_sealed"),
    Thread.wrapped_key,
    Observation.id.label("note_id"),
    Observation.sealed_body,
)


@dataclass(frozen=True)
class Looked:
    """How far it was: how many notes of each, and whether there are no more."""

    open: int
    ended: int
    all_open: bool
    all_ended: bool


def read(session: Session, handoffs: Handoffs, desk: Desk) -> tuple[Looked, list[Note]]:
    """Open the notes of a desk that are looked through, beginning with what moved last."""
    open_, all_open = _rows(session, handoffs, desk, OPEN, is_open=True)
    ended, all_ended = _rows(session, handoffs, desk, FAR, is_open=False)
    looked = Looked(len(open_), len(ended), all_open, all_ended)
    keys = keys_of(session)
    return looked, [_opened(keys, row) for row in (*open_, *ended)]


def _rows(
    session: Session, handoffs: Handoffs, desk: Desk, most: int, *, is_open: bool
) -> tuple[list[sa.Row[Any]], bool]:
    """The newest rows, and whether these are all."""
    values = {"desk": desk.id, "is_open": is_open, "most": most + 1}
    rows = list(run(session, _newest(handoffs), values).all())
    return rows[:most], len(rows) <= most


@lru_cache(maxsize=64)
def _newest(handoffs: Handoffs) -> sa.Select[Any]:
    # Joined from the left, so that the database goes on along the index of the desk.
    return (
        handoffs.with_only_columns(*COLUMNS, *_OF_NOTE)
        .outerjoin(Thread, Thread.id == Handoff.thread_id)
        .outerjoin(Observation, Observation.thread_id == Handoff.thread_id)
        .outerjoin(Area, Area.id == Handoff.area_id)
        .where(IS_HERE, Handoff.is_open == _IS_OPEN)
        .order_by(Handoff.last_at.desc(), Handoff.id.desc())
        .limit(_MOST)
    )


def _opened(keys: KeyRing, row: sa.Row[Any]) -> Note:
    """The note of a row; of one that cannot be opened its area alone."""
    try:
        key = key_of(keys, row.thread_id, row.wrapped_key, sealed=row.is_thread_sealed)
        body = opened(key, row.note_id, row.sealed_body) if row.sealed_body else {}
    except Unreadable:
        body = {}
    where = (row.area_name, body.get("place"), body.get("place_detail"))
    said = (body.get("words"), body.get("wish"))
    return Note(
        Seen(*row[: len(COLUMNS)]),
        row.area_id,
        str(body.get("called", "")),
        " ".join(str(one) for one in where if one),
        "\n".join(str(one) for one in said if one),
        frozenset(body.get("signs", ())),
    )
