"""Notes that stand as one row are told of as one: one push for each row, person and event.

What is folded under another is told of in the name of that row, and to nobody who was told the
same of it already: nobody may choose not to hear of a deadline, and five hundred notes about one
house would be five hundred pushes. What is kept back for a summary is one word there anyway.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.town_time import TOKYO, local_date

if TYPE_CHECKING:
    from models.handoff import Handoff

MERGED = frozenset(
    {DeliveryKind.NEW_NOTE, DeliveryKind.DUE_SOON, DeliveryKind.OVERDUE, DeliveryKind.MOVED_ON}
)
_ONCE = frozenset({DeliveryKind.DUE_SOON, DeliveryKind.OVERDUE})
"""What a row, too, is told of once with those under it, whichever of them is looked at first."""
_NOT_A_PUSH = (DeliveryState.KEPT, DeliveryState.GATHERED)


class Named(NamedTuple):
    """The row in whose name something is told."""

    id: uuid.UUID
    thread_id: uuid.UUID
    since: dt.datetime
    """Since when it owes what it owes now."""


def row_of(session: Session, handoff: Handoff, told: DeliveryKind) -> Named | None:
    """The row in whose name something is `told` of a handoff; None where it is of its own alone."""
    if told not in MERGED:
        return None
    kind = type(handoff)
    head = handoff.storm_id
    if head is None and told in _ONCE:
        under = sa.select(kind.storm_id).where(kind.storm_id == handoff.id).limit(1)
        head = session.scalar(under)
    if head is None:
        return None
    since = sa.func.coalesce(kind.came_at, kind.sent_at, type_=kind.sent_at.type)
    found = sa.select(kind.id, kind.thread_id, since).where(kind.id == head)
    return Named._make(session.execute(found).one())


def stood_since(handoff: Handoff) -> dt.datetime:
    """Since when it stands at its desk: what was told before told nothing of it."""
    return handoff.came_at or handoff.sent_at


def untold(
    session: Session,
    row: Named,
    kind: DeliveryKind,
    people: Sequence[uuid.UUID],
    now: dt.datetime,
    stood_since: dt.datetime | None = None,
) -> list[uuid.UUID]:
    """Those of the people whom nothing told of this row's event yet.

    A deadline is one event while the row owes it, the reminders of each day are another, and a
    note that has come is one until it was looked at. `stood_since`: what was told of the row
    before then does not count for the note that is told of now.
    """
    since = row.since if stood_since is None else max(row.since, stood_since)
    if kind is DeliveryKind.OVERDUE:
        since = dt.datetime.combine(local_date(now), dt.time(), TOKYO).astimezone(dt.UTC)
    told = sa.select(Delivery.person_id).where(
        Delivery.thread_id == row.thread_id,
        Delivery.person_id.in_(people),
        Delivery.kind == kind,
        Delivery.state.not_in(_NOT_A_PUSH),
        Delivery.created_at >= since,
    )
    if kind is DeliveryKind.NEW_NOTE:
        told = told.where(Delivery.state != DeliveryState.OPENED)
    known = set(session.scalars(told))
    return [one for one in people if one not in known]


def go_on(session: Session, row: Handoff, heir_id: uuid.UUID) -> None:
    """Another stands for a row that leaves: what its desk was told in its name is of that, too."""
    kind = type(row)
    own = kind.thread_id, kind.id
    thread_id, handoff_id = session.execute(sa.select(*own).where(kind.id == heir_id)).one()
    told = sa.update(Delivery).where(
        Delivery.handoff_id == row.id,
        Delivery.person_id.is_not(None),
        Delivery.kind.in_(MERGED),
        Delivery.state.not_in(_NOT_A_PUSH),
        Delivery.created_at >= (row.came_at or row.sent_at),
    )
    session.execute(told.values(thread_id=thread_id, handoff_id=handoff_id))
