"""A desk of volunteers has nothing hurried: what its household raises goes past it, and home again.

As what comes raised does: whoever stands behind it owns it, and its writer is told of the same desk
as before. Undone, it is the volunteers' again where nobody did anything there meanwhile.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, denying, going_round, staff_lock, telling
from models.desk import Desk
from models.handoff import Handoff, State, storms
from models.household.entity import Raise
from models.reply import InsideNote, Reply
from models.unreached import calls_go_to, settle_for_staff

Kept = dict[str, Any]
"""What `Raise.before` keeps of a note that goes past its desk, beside what any raise changes."""


def hold_staff(session: Session, threads: Collection[uuid.UUID]) -> None:
    """Nobody changes who stands where any of these may go, or come home to."""
    denying.hold_staff(session, threads)
    for home in session.scalars(sa.select(Desk).where(Desk.id.in_(homes(session, threads)))):
        staff_lock.share(session, home)


def homes(session: Session, threads: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """The desks that had these as they were raised."""
    here = sa.select(Handoff.id).where(Handoff.thread_id.in_(threads))
    rows = session.scalars(sa.select(Raise).where(Raise.handoff_id.in_(here)))
    return {uuid.UUID(row.before["desk"]) for row in rows}


def go(session: Session, handoff: Handoff, now: dt.datetime) -> Kept:
    """Give a raised note to whoever stands behind a desk that does not take it; they are told.

    Nothing where nobody else could have it: at a core of volunteers it stays.
    """
    thread, home = handoff.thread, handoff.desk
    kept = {
        "came_at": None if handoff.came_at is None else handoff.came_at.isoformat(),
        "last_by": None if handoff.last_by_id is None else str(handoff.last_by_id),
        "stays_at_door": thread.stays_at_door,
    }
    going_round.to_heir(session, home, handoff, now)
    if handoff.desk_id == home.id:
        return {}
    if home.id == thread.door_desk_id:
        thread.stays_at_door = True
    return kept


def went(earlier: Raise) -> bool:
    """Whether it was given to another desk as it was raised."""
    return "stays_at_door" in earlier.before


def comes_home(handoff: Handoff, earlier: Raise, now: dt.datetime) -> Desk | None:
    """The desk that has it again once it is raised no more; None where it stays as it is.

    It stays with whoever has it by now or did anything but read it, where the watch moved it on,
    where the deadline that it had at home has passed, and where that desk could not answer today.
    """
    before, after, session = earlier.before, earlier.after, handoff.session
    if not went(earlier) or not handoff.is_open or handoff.claimed_by_id is not None:
        return None
    if str(handoff.desk_id) != after["desk"] or handoff.due_at.isoformat() != after["due_at"]:
        return None
    if handoff.state is State.SENT and now >= instant(before["due_at"]):
        return None
    if _is_begun(handoff, instant(after["last_at"])):
        return None
    home = session.get(Desk, uuid.UUID(before["desk"]))
    if home is None or not going_round.is_read_at(session, handoff, home):
        return None
    return home


def _is_begun(handoff: Handoff, since: dt.datetime) -> bool:
    """Whether somebody claimed or marked it, asked something or wrote it down since it was raised.

    What the core wrote, and what it was answered, was never meant for neighbours.
    """
    if handoff.claim_at != since:
        return True
    said = Reply.by_id.is_not(None), Reply.handoff_id == handoff.id, Reply.at >= since
    noted = InsideNote.handoff_id == handoff.id, InsideNote.at >= since
    either = sa.or_(sa.exists().where(*said), sa.exists().where(*noted))
    return bool(handoff.session.scalar(sa.select(either)))


def come_home(handoff: Handoff, home: Desk, earlier: Raise, now: dt.datetime) -> None:
    """It is the volunteers' again, as they had it; nobody else is told of it any more."""
    session, before = handoff.session, earlier.before
    handoff.lock()
    storms.leave(handoff)
    settle_for_staff(session, handoff_id=handoff.id, now=now)
    calls_go_to(session, handoff.id, home.id)
    handoff.desk, handoff.came_at = home, instant(before["came_at"])
    if handoff.state is State.SENT:
        handoff.due_at, handoff.is_warned = instant(before["due_at"]), before["is_warned"]
        handoff.watch_at = instant(before["watch_at"])
    if handoff.last_at.isoformat() == earlier.after["last_at"]:
        by = before["last_by"]
        handoff.last_by_id = None if by is None else uuid.UUID(by)
    handoff.thread.stays_at_door = before["stays_at_door"]
    session.flush()
    audit.record(session, "household_home", handoff, now=now, desk_id=home.id)
    telling.new_note(handoff, now)


def instant(written: str | None) -> Any:
    """A time as `Raise` keeps it."""
    return None if written is None else dt.datetime.fromisoformat(written)


def waits(handoff: Handoff) -> bool:
    """Whether nobody has acknowledged it, here or where it may come back from."""
    is_away = handoff.state is State.PASSED_ON and handoff.acknowledged_at is None
    return handoff.state is State.SENT or is_away
