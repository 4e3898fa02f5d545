"""From now on somebody may not see a thread: what follows at once, in the same transaction.

For whoever holds the desks' staff and the thread's rows already (`hold`), as everybody takes them.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, going_round, mirror_keeping, staff_lock, telling
from models.conflict import Conflict, ConflictKind, Relation
from models.handoff import Handoff, State, storms
from models.mirror import MirrorMonth, month_of
from models.thread import Thread
from models.unreached import settle_for_person


def hold_staff(session: Session, threads: Collection[uuid.UUID]) -> None:
    """Nobody changes who stands where any of these may go: staff first, the rows second."""
    handoffs = session.scalars(sa.select(Handoff).where(Handoff.thread_id.in_(threads))).all()
    for desk in dict.fromkeys(handoff.desk for handoff in handoffs):
        for step in desk.chain():
            staff_lock.share(session, step)


def deny(
    thread: Thread,
    people: Iterable[uuid.UUID],
    kind: ConflictKind,
    now: dt.datetime,
    relation: Relation | None = None,
) -> None:
    """Deny people a thread: they have it no more, hear of it no more, and own it no more.

    Where nobody is left at its desk the backup owns it. Twice is as good as once.
    """
    session, wanted = thread.session, set(people)
    conflict.write(session, thread.id, wanted, kind, now, relation)
    untold = settle_for_person(session, thread_id=thread.id, people=wanted, now=now)
    for handoff in _as_they_are(thread):
        beneath = storms.beneath(handoff)
        _stand_apart(handoff)
        if handoff.claimed_by_id in wanted:
            handoff.end_claim(now)
        _tell_of_the_rest(session, beneath, untold, now)
    owed = sa.select(Handoff).where(Handoff.thread_id == thread.id, going_round.is_owed())
    for handoff in session.scalars(owed).all():
        going_round.give_round(session, handoff, now)
    _count_anew(thread, now)


def spread(session: Session, threads: Collection[uuid.UUID], now: dt.datetime) -> None:
    """Who may not see one note of a household sees none: each would tell of the other.

    No sealed note denies one that is not, which would tell of it.
    """
    rows = session.scalars(
        sa.select(Conflict).where(Conflict.thread_id.in_(threads), Conflict.ended_at.is_(None))
    ).all()
    found = session.scalars(sa.select(Thread).where(Thread.id.in_(threads))).all()
    sealed = {one.id for one in found if one.is_sealed}
    for thread in found:
        known = conflict.denied(session, thread.id)
        for row in rows:
            tells = row.thread_id in sealed and thread.id not in sealed
            if row.person_id not in known and not tells:
                deny(thread, [row.person_id], row.kind, now, row.relation)


def _as_they_are(thread: Thread) -> Sequence[Handoff]:
    """Its handoffs as they were left by whoever held them before."""
    session = thread.session
    session.flush()
    session.expire(thread, ["handoffs"])
    rows = sa.select(Handoff).where(Handoff.thread_id == thread.id).order_by(Handoff.step)
    return session.scalars(rows.execution_options(populate_existing=True)).all()


def _tell_of_the_rest(
    session: Session,
    beneath: Collection[uuid.UUID],
    people: Collection[uuid.UUID],
    now: dt.datetime,
) -> None:
    """What stood under it was told of in its name, and is told of in its own to who was waiting."""
    if not beneath or not people:
        return
    rows = sa.select(Handoff).where(Handoff.id.in_(beneath), Handoff.storm_id.is_(None))
    for handoff in session.scalars(rows.execution_options(populate_existing=True)).all():
        telling.new_note_to(handoff, people, now)


def _stand_apart(handoff: Handoff) -> None:
    """It is a row of its own: under it nothing may be hidden, nor it under another."""
    if handoff.place_token is None:
        return
    handoff.lock()
    if handoff.state is State.SENT:
        storms.leave(handoff)
    handoff.place_token = handoff.storm_id = None


def _count_anew(thread: Thread, now: dt.datetime) -> None:
    """The figures of months that are over leave it out from now on, as they leave out a sealed."""
    months = sa.select(MirrorMonth.desk_id).where(
        MirrorMonth.desk_id.in_({handoff.desk_id for handoff in thread.handoffs}),
        MirrorMonth.month < month_of(now),
    )
    if any(month_of(handoff.sent_at) < month_of(now) for handoff in thread.handoffs):
        for desk_id in set(thread.session.scalars(months)):
            mirror_keeping.keep_desk(thread.session, desk_id, now)
