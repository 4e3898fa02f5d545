"""In what order PostgreSQL's transactions hold what changes a handoff; SQLite's take turns already.

Everybody holds, of these, what they need, and from the top down:

1. the staff of desks (`staff_lock`);
2. the turn to gather and to undo it (`household.gathering`);
3. the turns of the places of all notes that they may change, sorted (`take`);
4. rows of handoffs by their ids, with what is folded under each (`hold`);
5. what hangs on a handoff: replies, deliveries, chains of the audit.

The turn of a place comes before its rows, since what waits about one place stands under one
another: whoever has it sees all of that as it is, and meets nobody there who holds half.
"""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from models.handoff.entity import Handoff


def take(session: Session, places: Iterable[bytes | None], *, is_waiting: bool = True) -> bool:
    """Have the turns of places, by their blind tokens, until the transaction ends.

    Gives whether it has all of them; without `is_waiting` it takes no turn that somebody has.
    """
    if not is_shared(session):
        return True
    turn = sa.func.pg_advisory_xact_lock if is_waiting else sa.func.pg_try_advisory_xact_lock
    for key in sorted({_key(place) for place in places if place is not None}):
        if session.scalar(sa.select(turn(key))) is False:
            return False
    return True


def hold(
    session: Session,
    kind: type[Handoff],
    ids: Collection[uuid.UUID],
    *,
    places: Iterable[bytes | None] = (),
    is_waiting: bool = True,
) -> bool:
    """Hold handoffs with all that is folded under them, their places' turns first.

    Gives whether all of it is held; what somebody else holds is left out without `is_waiting`.
    `places`: where else rows will change.
    """
    if not is_shared(session):
        return True
    session.flush()
    own = sa.select(kind.place_token).where(kind.id.in_(ids)).distinct()
    if not take(session, [*session.scalars(own), *places], is_waiting=is_waiting):
        return False
    return hold_rows(session, kind, ids, is_waiting=is_waiting)


def hold_rows(
    session: Session, kind: type[Handoff], ids: Collection[uuid.UUID], *, is_waiting: bool = True
) -> bool:
    """The same for whoever has the turns of their places."""
    if not is_shared(session):
        return True
    rows = sa.select(kind.id).where(sa.or_(kind.id.in_(ids), kind.storm_id.in_(ids)))
    held = rows.order_by(kind.id).with_for_update(skip_locked=not is_waiting)
    found = set(session.scalars(held))
    return is_waiting or found >= set(session.scalars(rows))


def is_shared(session: Session) -> bool:
    """Whether others may write at the same time."""
    return session.get_bind().dialect.name == "postgresql"


def _key(place: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"place" + place).digest()[:8], signed=True)
