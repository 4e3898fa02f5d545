"""What sealing and unsealing share: the rows they hold, and the note under its other key."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, raising, staff_lock, together
from models.base import insert
from models.clue import Clue, clues_of, rows_of
from models.delivery import Delivery
from models.desk import Desk
from models.draft import Draft
from models.errors import Unreadable
from models.handoff import Handoff, storms
from models.household import gathering, past_door
from models.mirror import MirrorLine
from models.thread import Thread


def hold(session: Session, threads: Iterable[Thread], *desks: Desk) -> None:
    """Hold all that belongs to some threads until this transaction ends, and read it afresh.

    In the order of `turns`: the desks first, alone, since their figures are made anew; then the
    households, the places under both keys, and last the rows with what is folded under them.
    """
    threads = list(threads)
    ids = [one.id for one in threads]
    acted = sa.select(MirrorLine.desk_id).join(Handoff, Handoff.id == MirrorLine.handoff_id)
    counted = session.scalars(acted.where(Handoff.thread_id.in_(ids)).distinct()).all()
    beside = gathering.gathered(session, ids)
    owners = sa.select(Handoff.desk_id).where(Handoff.thread_id.in_(beside)).distinct()
    there = {*counted, *session.scalars(owners), *(desk.id for desk in desks)}
    there |= past_door.homes(session, beside)
    staff_lock.hold(session, there)
    places = [
        _clues(one, sealed=sealed).get("place") for one in threads for sealed in (False, True)
    ]
    gathering.hold(session, *ids, places=places)
    whole = sa.select(Thread).where(Thread.id.in_(ids)).execution_options(populate_existing=True)
    for thread in session.scalars(whole).all():
        session.expire(thread, ["handoffs", "replies"])
    own = sa.select(Handoff).where(Handoff.thread_id.in_(ids))
    session.scalars(own.execution_options(populate_existing=True)).all()


def leave_others(thread: Thread, now: dt.datetime, by: uuid.UUID | None) -> None:
    """It stands with nothing that others read; what its household made it, it stays itself."""
    session = thread.session
    urgencies = {one.id: (one.urgency, one.rank, one.raised_why) for one in thread.handoffs}
    gathering.take_out(thread, now, by, keeps_sealed=not thread.is_sealed)
    for one in thread.handoffs:
        if (heir_id := storms.leave(one)) is not None:
            together.go_on(session, one, heir_id)
        storms.unfold_few(one)
        one.urgency, one.rank, one.raised_why = urgencies[one.id]


def index_anew(thread: Thread) -> bytes | None:
    """Its blind indexes under the key that its seal asks for; gives the token of its place.

    None where somebody may not see it: it stands by itself then.
    """
    session, note = thread.session, thread.observation
    session.execute(sa.delete(Clue).where(Clue.observation_id == note.id))
    if not (found := _clues(thread, sealed=thread.is_sealed)):
        return None
    worries = raising.count(tuple(note.body.get("signs", ())))
    insert(session, Clue, rows_of(found, note.id, worries, note.received_at))
    return None if conflict.denied(session, thread.id) else found.get("place")


def _clues(thread: Thread, *, sealed: bool) -> dict[str, bytes]:
    """What it is found by; nothing of what nobody can read."""
    note = thread.observation
    try:
        body = note.body
    except Unreadable:
        return {}
    told = Draft(place_detail=body.get("place_detail", ""), called=body.get("called", ""))
    return clues_of(thread.session, told, note.area_id, sealed=sealed)


def forget_told(session: Session, thread: Thread) -> None:
    """Nothing is on its way to staff any more, and no address that reached them leads to it."""
    told = Delivery.thread_id == thread.id, Delivery.person_id.is_not(None)
    session.execute(sa.delete(Delivery).where(*told))
