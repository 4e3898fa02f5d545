"""Who is told what happened; what it says and how it travels are others' business.

Recipients derive from the right to read: a sealed handoff is told to the sealed team alone. When
staff hear of it is decided by `quiet`; what nobody may choose not to hear of is owed.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from models import quiet, together
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.membership import Membership, Reader, reader_ids, readers
from models.receipt import has_no_reader

if TYPE_CHECKING:
    from models.handoff import Handoff


def new_note(handoff: Handoff, now: dt.datetime) -> None:
    """Tell the owning desk's readers that a worry has come."""
    _tell_desk(handoff, DeliveryKind.NEW_NOTE, now)


def new_note_to(handoff: Handoff, people: Collection[uuid.UUID], now: dt.datetime) -> None:
    """Tell the same to some of them alone."""
    told = [one for one in _readers(handoff) if one.person_id in people]
    kind = DeliveryKind.NEW_NOTE
    _tell_of(handoff.session, handoff, handoff.desk, told, kind, now, is_owed=False)


def came_over(handoff: Handoff, stood_since: dt.datetime, now: dt.datetime) -> None:
    """Tell a backup's readers that a note is theirs now, however few they chose to hear of.

    `stood_since`: since when it stood at the desk that it leaves.
    """
    _tell_desk(handoff, DeliveryKind.NEW_NOTE, now, is_owed=True, stood_since=stood_since)


def raised(handoff: Handoff, now: dt.datetime) -> None:
    """Tell the owning desk's readers that a note of theirs is hurried now, as one that comes so."""
    _tell_desk(handoff, DeliveryKind.NEW_NOTE, now, is_owed=True)


def first_note(
    session: Session, handoff: Handoff, desk: Desk, readers: list[Reader], now: dt.datetime
) -> None:
    """Tell the same of a handoff that was just saved, to readers that are known already."""
    _tell_of(session, handoff, desk, readers, DeliveryKind.NEW_NOTE, now, is_owed=False)


def due_soon(handoff: Handoff, now: dt.datetime) -> None:
    """Tell the owning desk's readers that its deadline comes near."""
    since = together.stood_since(handoff)
    _tell_desk(handoff, DeliveryKind.DUE_SOON, now, is_owed=True, stood_since=since)


def overdue(handoff: Handoff, now: dt.datetime) -> None:
    """Tell every reader at the top that the note still waits for somebody."""
    _tell_desk(handoff, DeliveryKind.OVERDUE, now, is_owed=True)


def moved_on(
    handoff: Handoff, earlier_id: uuid.UUID, stood_since: dt.datetime, now: dt.datetime
) -> None:
    """Tell the desk that owned it that it went to the backup; the note itself is not theirs now.

    In the thread's name, so that on a phone it takes the place of what was told of it before.
    `stood_since`: since when it stood at that desk.
    """
    session = handoff.session
    about = handoff.thread_id
    here = reader_ids(session, handoff.desk_id, sealed=handoff.is_sealed, about=about)
    there = readers(session, earlier_id, about=about)
    told = [one for one in there if one.person_id not in here]
    kind, of = DeliveryKind.MOVED_ON, handoff
    _tell_at(session, earlier_id, told, kind, now, of=of, stood_since=stood_since)


def date_passed(handoff: Handoff, now: dt.datetime) -> None:
    """Tell the owning desk's readers that the day it named has passed."""
    _tell_desk(handoff, DeliveryKind.DATE_PASSED, now, is_owed=True)


def date_passed_beside(handoff: Handoff, desk_id: uuid.UUID, now: dt.datetime) -> None:
    """Tell the readers of a backup that a desk it stands behind let a named day pass."""
    session = handoff.session
    told = readers(session, desk_id, about=handoff.thread_id)
    _tell_at(session, desk_id, told, DeliveryKind.DATE_PASSED_BESIDE, now)


def assigned(handoff: Handoff, person_id: uuid.UUID, now: dt.datetime) -> None:
    """Tell somebody of the owning desk that a colleague gave it to them, however few they hear of.

    The colleague was promised that they are told.
    """
    session, kind = handoff.session, DeliveryKind.ASSIGNED
    told = [one for one in _readers(handoff) if one.person_id == person_id]
    _tell_of(session, handoff, handoff.desk, told, kind, now, is_owed=True)


def answered(handoff: Handoff, now: dt.datetime) -> None:
    """Tell the owning desk's readers that the reporter said something.

    What the watch minds no more is told to everybody: nothing else would bring it up again.
    """
    _tell_desk(handoff, DeliveryKind.CONFIRM, now, is_owed=handoff.watch_at is None)


def reply(
    handoff: Handoff, reply_id: uuid.UUID, now: dt.datetime, release_at: dt.datetime | None = None
) -> None:
    """Tell the reporter that an answer has come, not before `release_at`.

    Whoever left can be told nothing.
    """
    if has_no_reader(handoff.thread):
        return
    Delivery.queue_for(
        handoff.session,
        [None],
        DeliveryKind.REPLY,
        now=now,
        thread_id=handoff.thread_id,
        reply_id=reply_id,
        handoff_id=handoff.id,
        desk_id=handoff.desk_id,
        high=handoff.urgency.is_hurried,
        release_at=release_at,
    )


def to_confirm(membership: Membership, now: dt.datetime) -> None:
    """Tell those who may confirm a new member that somebody waits."""
    session = membership.session
    session.flush()
    core = Desk.core(session)
    desks = {membership.desk_id} | ({core.id} if core is not None else set())
    for desk_id in desks:
        told = readers(session, desk_id, sealed=membership.in_sealed_team)
        _tell_at(session, desk_id, told, DeliveryKind.CONFIRM, now)


def to_unseal(handoff: Handoff, by_id: uuid.UUID, now: dt.datetime) -> None:
    """Tell the others of the sealed team that one of them proposes to unseal a note."""
    session, kind = handoff.session, DeliveryKind.CONFIRM
    team = readers(session, handoff.desk_id, sealed=True, about=handoff.thread_id)
    others = [one for one in team if one.person_id != by_id]
    _tell_of(session, handoff, handoff.desk, others, kind, now, is_owed=True)


def to_agree(session: Session, now: dt.datetime) -> None:
    """Tell the core that an invitation waits for a second yes."""
    core = Desk.core(session)
    if core is not None:
        _tell_at(session, core.id, readers(session, core.id), DeliveryKind.CONFIRM, now)


def silent_phone(session: Session, desk_id: uuid.UUID, now: dt.datetime) -> None:
    """Tell a desk's readers that a phone with something still to come fell silent."""
    _tell_at(session, desk_id, readers(session, desk_id), DeliveryKind.CONFIRM, now)


def _tell_desk(
    handoff: Handoff,
    kind: DeliveryKind,
    now: dt.datetime,
    *,
    is_owed: bool = False,
    stood_since: dt.datetime | None = None,
) -> None:
    session, told = handoff.session, _readers(handoff)
    _tell_of(
        session, handoff, handoff.desk, told, kind, now, is_owed=is_owed, stood_since=stood_since
    )


def _readers(handoff: Handoff) -> list[Reader]:
    """Whose it is to read now, and nobody in conflict."""
    about, sealed = handoff.thread_id, handoff.is_sealed
    return readers(handoff.session, handoff.desk_id, sealed=sealed, about=about)


def _tell_of(
    session: Session,
    handoff: Handoff,
    desk: Desk,
    told: list[Reader],
    kind: DeliveryKind,
    now: dt.datetime,
    *,
    is_owed: bool,
    stood_since: dt.datetime | None = None,
) -> None:
    """Tell of a note, in the thread's name; at once of what is one row in that row's name.

    What is kept until a summary stays each note's own: it is one word there.
    """
    is_hurried = handoff.urgency.is_hurried
    plan = quiet.plan(told, desk, now, is_hurried=is_hurried, is_owed=is_owed)
    row = together.row_of(session, handoff, kind)
    if row is not None:
        people = together.untold(session, row, kind, plan.at_once, now, stood_since)
        of, high = row.thread_id, is_hurried
        Delivery.queue_for(
            session, people, kind, now=now, thread_id=of, handoff_id=row.id, high=high
        )
    Delivery.queue_for(
        session,
        plan.at_once if row is None else [],
        kind,
        now=now,
        thread_id=handoff.thread_id,
        handoff_id=handoff.id,
        high=is_hurried,
        kept=plan.kept,
    )


def _tell_at(
    session: Session,
    desk_id: uuid.UUID,
    told: list[Reader],
    kind: DeliveryKind,
    now: dt.datetime,
    of: Handoff | None = None,
    stood_since: dt.datetime | None = None,
) -> None:
    """Tell of what is no note of the desk's own; nobody may choose not to hear of it."""
    desk = session.get_one(Desk, desk_id)
    plan = quiet.plan(told, desk, now, is_hurried=False, is_owed=True)
    row = None if of is None else together.row_of(session, of, kind)
    if row is not None:
        people = together.untold(session, row, kind, plan.at_once, now, stood_since)
        Delivery.queue_for(session, people, kind, now=now, thread_id=row.thread_id, desk_id=desk_id)
    Delivery.queue_for(
        session,
        plan.at_once if row is None else [],
        kind,
        now=now,
        thread_id=None if of is None else of.thread_id,
        desk_id=desk_id,
        kept=plan.kept,
    )
