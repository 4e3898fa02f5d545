"""Who was to hear of a deadline: whoever had the note, of its warning and of its move."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.delivery import Delivery, DeliveryKind
from models.handoff import Handoff, State
from models.membership import reader_ids


class Stood(NamedTuple):
    """Where a note waited, since when, and whether its desk was to be warned of its deadline."""

    desk_id: uuid.UUID
    since: dt.datetime
    is_to_warn: bool


def stood(session: Session, now: dt.datetime) -> dict[uuid.UUID, Stood]:
    """Of each note that waits, by its handoff."""
    waits = sa.select(Handoff).where(Handoff.state.in_((State.SENT, State.HELD)))
    return {
        one.id: Stood(
            one.desk_id,
            one.came_at or one.sent_at,
            is_to_warn=one.watch_at <= now < one.due_at and not one.is_warned,
        )
        for one in session.scalars(waits)
    }


def check(session: Session, handoff_id: uuid.UUID, kind: DeliveryKind, there: Stood) -> None:
    """Each at the desk where it stood was told, since it came there, of it or of its row."""
    note = session.get_one(Handoff, handoff_id)
    about, sealed = note.thread_id, note.is_sealed
    owed = reader_ids(session, there.desk_id, sealed=sealed, about=about)
    if kind is DeliveryKind.MOVED_ON:
        owed -= reader_ids(session, note.desk_id, sealed=sealed, about=about)
    beside = sa.select(Handoff.thread_id).where(Handoff.place_token == note.place_token)
    told = sa.select(Delivery.person_id).where(
        Delivery.kind == kind,
        Delivery.created_at >= there.since,
        sa.or_(Delivery.thread_id == about, Delivery.thread_id.in_(beside)),
    )
    assert owed <= set(session.scalars(told)), f"{kind} was not told to everybody"
