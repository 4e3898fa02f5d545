"""The answers that no channel brought to their reader: the desk's task to telephone."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.base import Base
from models.delivery import TRYING, Delivery, DeliveryKind, DeliveryState


def unreached(desk_id: uuid.UUID | sa.BindParameter[uuid.UUID]) -> sa.Select[Delivery]:
    """Select a desk's replies that no channel brought to their reader, the oldest first.

    The desk telephones where `thread.reporter.telephone` gives a number, and otherwise sees
    that the reply has not been read yet.
    """
    return (
        sa.select(Delivery)
        .where(Delivery.desk_id == desk_id, is_owed())
        .order_by(Delivery.created_at, Delivery.id)
    )


def is_owed() -> sa.ColumnElement[bool]:
    """The condition that a delivery is a reply that reached nobody and was not read since."""
    return sa.and_(
        Delivery.state
        == sa.literal(DeliveryState.UNDELIVERABLE, Delivery.state.type, literal_execute=True),
        Delivery.settled_at.is_(None),
        Delivery.kind == DeliveryKind.REPLY,
        _is_unread(),
    )


def untold() -> sa.Select[uuid.UUID | None]:
    """Select the handoffs with a reply that may still have to be told by telephone."""
    may_fail = (*TRYING, DeliveryState.UNDELIVERABLE)
    return sa.select(Delivery.handoff_id).where(
        Delivery.desk_id.is_not(None),
        Delivery.state.in_(may_fail),
        Delivery.settled_at.is_(None),
        Delivery.kind == DeliveryKind.REPLY,
        _is_unread(),
    )


def _is_unread() -> sa.ColumnElement[bool]:
    # By its table: the handoff's own verbs settle what is unreached.
    inbox = Base.metadata.tables["inbox_entry"]
    return ~sa.exists().where(inbox.c.reply_id == Delivery.reply_id, inbox.c.read_at.is_not(None))


def calls_go_to(session: Session, handoff_id: uuid.UUID, desk_id: uuid.UUID) -> None:
    """Another desk owns the handoff, and telephones for the replies given before."""
    given = sa.and_(Delivery.handoff_id == handoff_id, Delivery.desk_id.is_not(None))
    session.execute(sa.update(Delivery).where(given).values(desk_id=desk_id))


def settle(session: Session, *, thread_id: uuid.UUID, now: dt.datetime) -> None:
    """The desk told the reporter by telephone, or the reporter left: nothing more is tried."""
    _settle(session, now, Delivery.thread_id == thread_id, Delivery.person_id.is_(None))


def settle_for_staff(session: Session, *, handoff_id: uuid.UUID, now: dt.datetime) -> None:
    """The note was taken back: nobody at the desk is told of it any more."""
    not_yet = (*TRYING, DeliveryState.KEPT)
    untold = Delivery.person_id.is_not(None), Delivery.state.in_(not_yet)
    _settle(session, now, Delivery.handoff_id == handoff_id, *untold)


def settle_for_person(
    session: Session, *, thread_id: uuid.UUID, people: Collection[uuid.UUID], now: dt.datetime
) -> set[uuid.UUID]:
    """They may not see the thread any more: nothing of it reaches their phones, nor a summary.

    Gives who of them was still to be told something.
    """
    not_yet = (*TRYING, DeliveryState.KEPT)
    of_it = Delivery.thread_id == thread_id, Delivery.settled_at.is_(None)
    untold = (*of_it, Delivery.person_id.in_(people), Delivery.state.in_(not_yet))
    waiting = set(session.scalars(sa.select(Delivery.person_id).where(*untold)))
    _settle(session, now, *untold)
    return {one for one in waiting if one is not None}


def drop_unsent(
    session: Session, handoff_id: uuid.UUID, kind: DeliveryKind, at: dt.datetime
) -> None:
    """What was owed to staff at one moment, and nobody has sent yet, is owed no more."""
    unsent = sa.delete(Delivery).where(
        Delivery.handoff_id == handoff_id,
        Delivery.person_id.is_not(None),
        Delivery.kind == kind,
        Delivery.created_at == at,
        Delivery.state.in_((DeliveryState.QUEUED, DeliveryState.KEPT)),
        Delivery.lease_token.is_(None),
    )
    session.execute(unsent)


def _settle(session: Session, now: dt.datetime, *which: sa.ColumnElement[bool]) -> None:
    over = sa.update(Delivery).where(*which, Delivery.settled_at.is_(None))
    session.execute(over.values(settled_at=now, next_at=None, lease_token=None))
