"""A list that is narrowed to a field: its notes are opened in their order until a page is full.

Of which field a note is stands nowhere outside it, not even blind: four tokens would be told
apart by how often each occurs. So a page costs as much as it opens, at most FAR notes, however
long the list is; where it ends earlier the next one goes on.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from models import listed, paging
from models.desk import Desk
from models.errors import Unreadable
from models.field import fields_of
from models.listed import Listed
from models.narrowing import Narrowing
from models.queue import Handoffs, View

FAR = 1000
_AT_ONCE = 200


def read(
    session: Session,
    handoffs: Handoffs,
    view: View,
    desk: Desk,
    now: dt.datetime,
    *,
    after: str,
    narrowing: Narrowing,
    size: int,
) -> tuple[list[Listed], str, int]:
    """The rows of a page, `size` at most; where the next one begins, and how many were opened.

    The place is empty where nothing follows.
    """
    found: list[Listed] = []
    for looked in range(0, FAR, _AT_ONCE):
        page, asked = paging.page(
            handoffs, view, desk, now, after=after, size=_AT_ONCE, narrowing=narrowing
        )
        rows = listed.read(session, page, asked)
        if not rows:
            return found, "", looked
        for n, row in enumerate(rows[:_AT_ONCE], 1):
            after = paging.place_of(row, view) if n < len(rows) else ""
            if _is_of(session, row, narrowing):
                found.append(row)
            if len(found) == size or not after:
                return found, after, looked + n
    return found, after, FAR


def _is_of(session: Session, row: Listed, narrowing: Narrowing) -> bool:
    """What nobody can open is of no field."""
    try:
        body = row.body(session)
    except Unreadable:
        return False
    return narrowing.field in fields_of(body)
