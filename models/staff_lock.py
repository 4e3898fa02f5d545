"""Who staffs a desk is asked while nobody changes it.

SQLite's writers take turns already. On PostgreSQL those who give a desk something share its
row, those who change its staff hold it alone: a note never reaches a desk that empties. Neither
is in the way of a foreign key, as every reply has one: who writes it holds a handoff already.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

if TYPE_CHECKING:
    from models.desk import Desk

_ARRANGING = 0x6B697B
"""The number of PostgreSQL's lock for it: the letters "ki" and one more than migrations take."""


def share(session: Session, desk: Desk) -> None:
    """Until this transaction ends nobody changes the desk or its staff; it is read afresh."""
    if _is_shared(session):
        session.flush()
        session.refresh(desk, with_for_update={"read": True, "of": type(desk)})


def hold(session: Session, desk_ids: Iterable[uuid.UUID]) -> None:
    """Until this transaction ends nobody gives these desks anything or changes their staff."""
    if not _is_shared(session):
        return
    session.flush()
    desks = sa.table("desk", sa.column("id", sa.Uuid))
    held = sa.select(desks.c.id).with_for_update(key_share=True)
    for desk_id in sorted(set(desk_ids)):
        session.execute(held.where(desks.c.id == desk_id))


def arrange(session: Session) -> None:
    """Until this transaction ends nobody else makes a desk or changes who backs up whom.

    Everything is read afresh: each saving by itself may be right, and two at once a circle.
    """
    if _is_shared(session):
        session.flush()
        session.execute(sa.select(sa.func.pg_advisory_xact_lock(_ARRANGING)))
        session.expire_all()


def _is_shared(session: Session) -> bool:
    return session.get_bind().dialect.name == "postgresql"
