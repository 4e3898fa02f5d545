"""Who staffs a desk is asked while nobody changes it.

SQLite's writers take turns already. On PostgreSQL those who give a desk something share its
row, those who change its staff hold it alone: a note never reaches a desk that empties.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session


def share(session: Session, desk_id: uuid.UUID) -> None:
    """Until this transaction ends nobody changes the desk's staff."""
    _hold(session, [desk_id], alone=False)


def hold(session: Session, desk_ids: Iterable[uuid.UUID]) -> None:
    """Until this transaction ends nobody gives these desks anything or changes their staff."""
    _hold(session, sorted(set(desk_ids)), alone=True)


def _hold(session: Session, desk_ids: list[uuid.UUID], *, alone: bool) -> None:
    if session.get_bind().dialect.name != "postgresql":
        return
    session.flush()
    desks = sa.table("desk", sa.column("id", sa.Uuid))
    for desk_id in desk_ids:
        query = sa.select(desks.c.id).where(desks.c.id == desk_id)
        session.execute(query.with_for_update(read=not alone))
