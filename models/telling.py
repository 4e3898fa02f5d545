"""Who is told what happened; what it says and how it travels are others' business.

Recipients derive from the right to read: a sealed handoff is told to the sealed team alone.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.membership import Membership, active_members
from models.urgency import Urgency

if TYPE_CHECKING:
    from models.handoff import Handoff
    from models.reply import Reply

_HURRIED = frozenset({Urgency.TODAY, Urgency.NOW})


def new_note(handoff: Handoff, now: dt.datetime) -> None:
    """Tell the owning desk's readers that a worry has come."""
    _tell_desk(handoff, DeliveryKind.NEW_NOTE, now)


def answered(handoff: Handoff, now: dt.datetime) -> None:
    """Tell the owning desk's readers that the reporter said something."""
    _tell_desk(handoff, DeliveryKind.CONFIRM, now)


def reply(reply: Reply, now: dt.datetime) -> None:
    """Tell the reporter that an answer has come."""
    reply.session.flush()
    Delivery.queue(
        reply.session,
        DeliveryKind.REPLY,
        now=now,
        thread_id=reply.thread_id,
        reply_id=reply.id,
        handoff_id=reply.handoff_id,
        high=reply.handoff.urgency in _HURRIED,
    )


def to_confirm(membership: Membership, now: dt.datetime) -> None:
    """Tell those who may confirm a new member that somebody waits."""
    session = membership.session
    session.flush()
    core = Desk.core(session)
    desks = {membership.desk_id} | ({core.id} if core is not None else set())
    for desk_id in desks:
        _tell(session, desk_id, DeliveryKind.CONFIRM, now, sealed=membership.in_sealed_team)


def _tell_desk(handoff: Handoff, kind: DeliveryKind, now: dt.datetime) -> None:
    session = handoff.session
    session.flush()
    _tell(
        session,
        handoff.desk_id,
        kind,
        now,
        sealed=handoff.is_sealed,
        thread_id=handoff.thread_id,
        handoff_id=handoff.id,
        high=handoff.urgency in _HURRIED,
    )


def _tell(
    session: Session,
    desk_id: uuid.UUID,
    kind: DeliveryKind,
    now: dt.datetime,
    *,
    sealed: bool,
    thread_id: uuid.UUID | None = None,
    handoff_id: uuid.UUID | None = None,
    high: bool = False,
) -> None:
    for member in session.scalars(active_members(desk_id, sealed=sealed)):
        Delivery.queue(
            session,
            kind,
            now=now,
            person_id=member.person_id,
            thread_id=thread_id,
            handoff_id=handoff_id,
            high=high,
        )
