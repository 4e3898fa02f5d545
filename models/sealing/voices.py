"""A sealed note raises no other: what it raised when they came is as if it had never been heard.

What a household raised goes back as the household is left (`gathering.take_out`); here are those
that were raised on arrival. A deadline that was met, or a date that was named, stays as it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, conflict, deadline, raising
from models.clue import Clue
from models.errors import Unreadable
from models.handoff import Handoff, State, storms
from models.handoff.entity import owed_at
from models.household.entity import Raise
from models.observation import Observation
from models.thread import Thread
from models.urgency import before_raised, came_raised


def silence(session: Session, companions: Collection[uuid.UUID]) -> None:
    """Nothing at these threads tells any more that a household raised them, where it was that one.

    What nobody acted upon was lowered as the household was left; the rest keeps its urgency.
    """
    still = sa.exists().where(Raise.handoff_id == Handoff.id)
    freed = sa.select(Handoff).where(Handoff.thread_id.in_(companions), ~still)
    for handoff in session.scalars(freed).all():
        handoff.raised_why = [one for one in handoff.raised_why if came_raised([one])]


def unheard(session: Session, thread: Thread, places: list[bytes], now: dt.datetime) -> None:
    """Ask anew of what came to its place after it, within fourteen days, whether it is raised.

    `places`: the tokens of its place, which are its own no more.
    """
    at = thread.observation.received_at
    for handoff in _raised_after(session, places, at):
        why = _why(session, handoff)
        if why != handoff.raised_why:
            _lower(handoff, why, now)


def _raised_after(session: Session, places: list[bytes], at: dt.datetime) -> Sequence[Handoff]:
    near = Observation.received_at >= at, Observation.received_at <= at + raising.WITHIN
    met = sa.select(Clue.observation_id).where(Clue.field == "place", Clue.token.in_(places))
    found = (
        sa.select(Handoff)
        .join(Observation, Observation.thread_id == Handoff.thread_id)
        .where(*near, Observation.id.in_(met), Handoff.is_sealed.is_(False))
        .order_by(Handoff.id)
        .with_for_update(of=Handoff)
        .execution_options(populate_existing=True)
    )
    rows = session.scalars(found).all()
    return [one for one in rows if came_raised(one.raised_why)]


def _why(session: Session, handoff: Handoff) -> list[str]:
    """The reasons that are left, as of the moment in which it came."""
    note, thread = handoff.thread.observation, handoff.thread
    try:
        signs = tuple(note.body.get("signs", ()))
    except Unreadable:
        return handoff.raised_why
    return raising.why(
        session,
        before_raised(handoff.urgency),
        signs,
        place=_place(session, note),
        note_id=note.client_id or note.conflicts_with or note.id,
        reporter=thread.reporter.token,
        denied=conflict.denied(session, thread.id),
        now=note.received_at,
        until=note.received_at,
    )


def _place(session: Session, note: Observation) -> bytes | None:
    own = Clue.observation_id == note.id, Clue.field == "place"
    return session.scalar(sa.select(Clue.token).where(*own))


def _lower(handoff: Handoff, why: list[str], now: dt.datetime) -> None:
    thread, kept_door = handoff.thread, handoff.thread.keeps_door
    handoff.raised_why = why
    if why:
        return
    if kept_door and not thread.keeps_door:
        # Raised, it went past the desk that its reporter was told, who is told it still.
        thread.stays_at_door = True
    waits = handoff.state is State.SENT
    if waits:
        storms.leave(handoff)
    handoff.urgency = before_raised(handoff.urgency)
    handoff.rank = -handoff.urgency.rank
    if waits and handoff.came_at is None:
        handoff.due_at = owed_at(handoff.desk, handoff.urgency, handoff.sent_at)
        warn_at = deadline.warn_at(handoff.due_at, handoff.sent_at)
        handoff.watch_at, handoff.is_warned = warn_at, False
    if waits:
        storms.join(handoff.session, handoff)
    session, desk_id = handoff.session, handoff.desk_id
    audit.record(session, "household_lower", handoff, now=now, desk_id=desk_id)
