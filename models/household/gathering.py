"""まとめる and 取り消す: two notes under one household, and each act undone whole."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, denying
from models.errors import Invalid
from models.handoff import Handoff, Outcome, State, turns
from models.handoff.answering import others_first
from models.household import past_door, urgency
from models.household.entity import Gathering, Household, members
from models.person import Person
from models.thread import Thread

_GATHERING = 0x6B697C
"""The number of PostgreSQL's lock for it: two households must not be joined twice at once."""
_ELSEWHERE = (State.PASSED_ON, State.RETURNED)
"""Another desk owes the note, and answers for what is gathered with it."""


def gather(one: Handoff, other: Handoff, by: Person, now: dt.datetime) -> Gathering | None:
    """Put two notes, and all that each is gathered with, under one household.

    None where they are already: whoever taps second finds it done. Raises Invalid for a note and
    itself, and NotAllowed where one was taken back or went to another desk, before or meanwhile.
    """
    session = one.session
    hold(session, one.thread_id, other.thread_id)
    for handoff in (one, other):
        handoff.lock_unmoved()
        if handoff.state in _ELSEWHERE or handoff.outcome is Outcome.TAKEN_BACK:
            raise others_first(handoff)
    if one.thread_id == other.thread_id:
        raise Invalid("desk.problem.need_companion", "other")
    is_sealed = one.is_sealed or other.is_sealed
    if other.thread_id in members(session, one.thread_id, sealed=is_sealed):
        return None
    made = _join(session, one.thread, other.thread, by, now, sealed=is_sealed)
    denying.spread(session, members(session, one.thread_id, sealed=True), now)
    urgency.settle(session, one.thread, now)
    _record("gather", made, by.id, now)
    return made


def ungather(made: Gathering, by: uuid.UUID | None, now: dt.datetime) -> None:
    """Take one gathering back: both sides are what they were, with what came to each since.

    What it raised goes back, too, where nobody has acted upon it. For whoever has the household
    on hold.
    """
    session, one, other = made.session, made.one, made.other
    _record("ungather", made, by, now)
    kept, freed, is_sealed = made.household_id, made.absorbed_id, made.is_sealed
    session.delete(made)
    session.flush()
    _split(session, other, kept, freed, now, sealed=is_sealed)
    _sweep(session, {kept, freed} - {None})
    for thread in (one, other):
        urgency.settle(session, thread, now)


def undo(session: Session, gathering_id: uuid.UUID, by: Person, now: dt.datetime) -> None:
    """The same by its id; nothing where somebody else was first."""
    made = session.get(Gathering, gathering_id)
    if made is not None:
        hold(session, made.one_id)
        made = session.get(Gathering, gathering_id, populate_existing=True)
    if made is not None:
        ungather(made, by.id, now)


def take_out(
    thread: Thread, now: dt.datetime, by: uuid.UUID | None = None, *, keeps_sealed: bool = False
) -> None:
    """A note leaves its household, as if it had never been there: it is taken back, or purged.

    `keeps_sealed`: what the sealed team gathered it with stays, since it is sealed, too.
    Whoever holds its rows already must have asked for `hold` before.
    """
    session = thread.session
    hold(session, thread.id)
    here = sa.or_(Gathering.one_id == thread.id, Gathering.other_id == thread.id)
    found = sa.select(Gathering).where(here).order_by(Gathering.at.desc())
    for made in session.scalars(found).all():
        if not (keeps_sealed and made.is_sealed):
            ungather(made, by, now)


def hold(session: Session, *threads: uuid.UUID, places: Iterable[bytes | None] = ()) -> None:
    """Hold the households of some notes until this transaction ends, for all that changes them.

    First the staff of their desks, then the turn to gather, then the places and rows of every note
    in them with what is folded under each, in the order of `turns`: what a raise moves stands under
    rows of others. `places`: where else rows will change.
    """
    session.flush()
    if not turns.is_shared(session):
        return
    past_door.hold_staff(session, gathered(session, threads))
    _take_turns(session)
    rows = sa.select(Handoff.id).where(Handoff.thread_id.in_(gathered(session, threads)))
    turns.hold(session, Handoff, session.scalars(rows).all(), places=places)


def gathered(session: Session, threads: Iterable[uuid.UUID]) -> set[uuid.UUID]:
    """These threads with all that each is gathered with."""
    return {id_ for one in threads for id_ in members(session, one, sealed=True)}


def _take_turns(session: Session) -> None:
    """Until this transaction ends nobody else gathers or undoes."""
    session.execute(sa.select(sa.func.pg_advisory_xact_lock(_GATHERING)))


def _join(
    session: Session, one: Thread, other: Thread, by: Person, now: dt.datetime, *, sealed: bool
) -> Gathering:
    first, second = (_household(session, thread.id, sealed=sealed) for thread in (one, other))
    if second is not None and (first is None or second.made_at < first.made_at):
        one, other, first, second = other, one, second, first
    if first is None:
        first = Household(id=uuid.uuid4(), made_at=now)
        session.add(first)
        session.flush()
    if second is not None:
        _rename(session, second.id, first.id)
    made = Gathering(household=first, one=one, other=other, by_id=by.id, at=now)
    made.absorbed_id = None if second is None else second.id
    session.add(made)
    session.flush()
    return made


def _household(session: Session, thread_id: uuid.UUID, *, sealed: bool) -> Household | None:
    """The household of a note among sealed or among other gatherings."""
    here = sa.or_(Gathering.one_id == thread_id, Gathering.other_id == thread_id)
    found = session.scalars(sa.select(Gathering).where(here)).all()
    return next((made.household for made in found if made.is_sealed is sealed), None)


def _split(
    session: Session,
    side: Thread,
    kept: uuid.UUID,
    freed: uuid.UUID | None,
    now: dt.datetime,
    *,
    sealed: bool,
) -> None:
    """What is still gathered with `side` gets the household back that it had, or one of its own."""
    threads = members(session, side.id, sealed=sealed)
    here = sa.select(Gathering).where(
        Gathering.household_id == kept,
        sa.or_(Gathering.one_id.in_(threads), Gathering.other_id.in_(threads)),
    )
    found = session.scalars(here).all()
    if found and freed is None:
        own = Household(id=uuid.uuid4(), made_at=now)
        session.add(own)
        session.flush()
        freed = own.id
    for made in found:
        made.household_id = freed or kept
    session.flush()


def _rename(session: Session, before: uuid.UUID, after: uuid.UUID) -> None:
    moved = sa.update(Gathering).where(Gathering.household_id == before)
    session.execute(moved.values(household_id=after))


def _sweep(session: Session, households: Iterable[uuid.UUID | None]) -> None:
    """A household that nothing gathers under any more is gone."""
    used = sa.select(Gathering.id).where(
        sa.or_(Gathering.household_id == Household.id, Gathering.absorbed_id == Household.id)
    )
    empty = sa.delete(Household).where(Household.id.in_(households), ~used.exists())
    session.execute(empty.execution_options(synchronize_session=False))


def _record(act: str, made: Gathering, by: uuid.UUID | None, now: dt.datetime) -> None:
    """On both notes; of one with a sealed note nothing is written on the other."""
    for thread in (made.one, made.other):
        if made.is_sealed and not thread.is_sealed:
            continue
        handoff = thread.handoff
        audit.record(
            made.session,
            act,
            handoff,
            now=now,
            by=by,
            desk_id=handoff.desk_id,
        )
