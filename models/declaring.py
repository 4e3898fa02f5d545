"""「自分に関わる人です」: a member of staff says so in one tap, and sees nothing of it any more.

With it go the notes of the same household. Only a colleague undoes it, and says why.
"""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload

from models import audit
from models.conflict import Conflict, ConflictKind, Relation
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff
from models.household import denied
from models.household.entity import members
from models.person import Person
from models.reply import InsideNote


def declare(handoff: Handoff, by: Person, relation: Relation, now: dt.datetime) -> None:
    """The person is near whom it is about; where nobody is left at its desk, the backup has it."""
    session = handoff.session
    about = [handoff.thread_id]
    denied.hold(session, about)
    handoff.lock()
    owner = handoff.desk_id
    denied.deny(session, about, [by.id], ConflictKind.DECLARED, now, relation)
    audit.record(session, "declare_conflict", handoff, now=now, by=by.id, desk_id=owner)


def undo(handoff: Handoff, person_id: uuid.UUID, by: Person, reason: str, now: dt.datetime) -> None:
    """A colleague takes back what somebody declared, in the whole household, and says why.

    Through sealed notes only where it is sealed itself. What was found or asked for stays, and
    with it what follows for the rest. Raises NotAllowed for one's own, Invalid for somebody who
    declared nothing about it.
    """
    if person_id == by.id:
        raise NotAllowed("desk.problem.own_conflict")
    session = handoff.session
    denied.hold(session, [handoff.thread_id])
    handoff.lock_unmoved()
    ids = members(session, handoff.thread_id, sealed=handoff.thread.is_sealed)
    said = sa.and_(
        Conflict.thread_id.in_(ids),
        Conflict.person_id == person_id,
        Conflict.kind == ConflictKind.DECLARED,
    )
    ended = session.scalars(sa.select(Conflict.ended_at).where(said)).all()
    if not ended:
        raise Invalid("desk.problem.not_declared", "person")
    if None not in ended:
        return
    holds = sa.and_(said, Conflict.ended_at.is_(None))
    session.execute(sa.update(Conflict).where(holds).values(ended_at=now, ended_by_id=by.id))
    denied.settle(session, handoff.thread_id, now)
    InsideNote.write(handoff, by, reason, now)
    desk_id = handoff.desk_id
    audit.record(
        session, "undo_conflict", handoff, now=now, by=by.id, desk_id=desk_id, to=person_id
    )


def declared(handoff: Handoff) -> list[tuple[Conflict, Person]]:
    """Who declared one about this note, for colleagues, the first one first."""
    rows = (
        sa.select(Conflict, Person)
        .join(Person, Person.id == Conflict.person_id)
        .options(joinedload(Person.identity))
        .where(
            Conflict.thread_id == handoff.thread_id,
            Conflict.kind == ConflictKind.DECLARED,
            Conflict.ended_at.is_(None),
        )
        .order_by(Conflict.made_at, Conflict.id)
    )
    return [(row[0], row[1]) for row in handoff.session.execute(rows)]


def has_declared(session: Session, handoff_id: uuid.UUID, by: Person) -> bool:
    """Whether somebody said so themselves before, as who tapped twice did."""
    said = (
        sa.select(Conflict.id)
        .join(Handoff, Handoff.thread_id == Conflict.thread_id)
        .where(
            Handoff.id == handoff_id,
            Conflict.person_id == by.id,
            Conflict.kind == ConflictKind.DECLARED,
            Conflict.ended_at.is_(None),
        )
    )
    return session.scalar(said.limit(1)) is not None
