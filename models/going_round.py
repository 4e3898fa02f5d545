"""What a desk's staff may not answer goes round it: it is empty, or all of them are in conflict."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, telling, together
from models.desk import Desk
from models.handoff import Handoff
from models.membership import no_member_left, readers
from models.routing import standing_in
from models.unreached import untold


def give_round(session: Session, handoff: Handoff, now: dt.datetime) -> None:
    """Give the backup what everybody at its desk is in conflict about.

    What is sealed stays with its team, and what is at the core there: their deputy reads it, who
    is told now.
    """
    if is_read(session, handoff) and not handoff.desk.is_core:
        return
    if handoff.is_sealed or handoff.desk.is_core:
        if handoff.is_open and _is_left_to_deputy(session, handoff):
            telling.came_over(handoff, together.stood_since(handoff), now)
        return
    handoff.thread.stays_at_door = True
    to_heir(session, handoff.desk, handoff, now)


def _is_left_to_deputy(session: Session, handoff: Handoff) -> bool:
    alone = no_member_left(Handoff.desk_id, Handoff.thread_id, Handoff.is_sealed)
    return bool(session.scalar(sa.select(alone).where(Handoff.id == handoff.id)))


def is_read(session: Session, handoff: Handoff) -> bool:
    """Whether somebody at its desk may read it."""
    return is_read_at(session, handoff, handoff.desk)


def is_read_at(session: Session, handoff: Handoff, desk: Desk) -> bool:
    """The same of another desk, were it there."""
    about, sealed = handoff.thread_id, handoff.is_sealed
    return bool(readers(session, desk.id, sealed=sealed, about=about))


def to_heir(session: Session, desk: Desk, handoff: Handoff, now: dt.datetime) -> None:
    """Whoever stands in for a desk that cannot answer it has it; nobody changes that meanwhile."""
    heir = standing_in(session, desk, handoff.urgency, handoff.thread_id) or Desk.core(session)
    if heir is None or heir.id == desk.id:
        return
    if handoff.is_open:
        handoff.hand_to_backup(heir, now)
    else:
        handoff.leave_to(heir, now)


def nobodys() -> sa.Select[int]:
    """How many open handoffs nobody may read: the core's, without a deputy out of conflict."""
    alone = no_member_left(Handoff.desk_id, Handoff.thread_id, Handoff.is_sealed, nor_deputy=True)
    denied = conflict.stands_in_any(Handoff.thread_id)
    number = sa.select(sa.func.count()).select_from(Handoff)
    return number.where(Handoff.is_open.is_(True), denied, alone)


def is_owed() -> sa.ColumnElement[bool]:
    """The condition that a desk still has something to do about a handoff."""
    return sa.or_(
        Handoff.is_open.is_(True), Handoff.answered_at.is_not(None), Handoff.id.in_(untold())
    )


def left_to_nobody(desk: Desk) -> sa.ColumnElement[bool]:
    """What is owed here, and everybody left is in conflict about; few threads have any."""
    alone = no_member_left(Handoff.desk_id, Handoff.thread_id, Handoff.is_sealed)
    denied = conflict.stands_in_any(Handoff.thread_id)
    return sa.and_(Handoff.desk_id == desk.id, is_owed(), denied, alone)
