"""まとめて: what was kept back from somebody comes as one word, which takes the former's place.

Run twice, or by several at once, it tells each thing once: what was kept back is marked in the
transaction that owes the summary.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.delivery import TRYING, Delivery, DeliveryKind, DeliveryState
from models.errors import Busy
from models.handoff import RELEASE, Handoff
from models.membership import reader_ids
from models.person import Person
from models.sealing.release import is_proposed
from models.store import Store
from models.town_time import local_date

AT_ONCE = 500
"""How many people one run tells, so that it ends."""
_DATES = (DeliveryKind.DATE_PASSED, DeliveryKind.DATE_PASSED_BESIDE)
_log = logging.getLogger(__name__)

Kept = tuple[Delivery, Handoff | None]


def gather(store: Store, now: dt.datetime) -> int:
    """Tell everybody whose time has come of what was kept back; gives how many were told."""
    with store.read() as session:
        due = sa.select(Delivery.person_id).where(_is_due(now)).distinct().limit(AT_ONCE)
        people = [one for one in session.scalars(due) if one is not None]
    return sum(_gather_safely(store, person_id, now) for person_id in people)


def _gather_safely(store: Store, person_id: uuid.UUID, now: dt.datetime) -> bool:
    """Tell one; where that fails it is tried again by the next run, and the others are told."""
    try:
        with store.write() as session:
            return _gather(session, person_id, now)
    except Busy:
        if store.is_sqlite:
            raise
        _log.warning("the summary of %s waits for a row that somebody holds", person_id)
    except Exception:
        _log.exception("no summary could be made for %s", person_id)
    return False


def _is_due(now: dt.datetime) -> sa.ColumnElement[bool]:
    kept = sa.literal(DeliveryState.KEPT, Delivery.state.type, literal_execute=True)
    is_kept = sa.and_(Delivery.state == kept, Delivery.settled_at.is_(None))
    return sa.and_(is_kept, Delivery.release_at <= now)


def _gather(session: Session, person_id: uuid.UUID, now: dt.datetime) -> bool:
    # One worker for each person: two would tell of a half each.
    own = sa.select(Person.id).where(Person.id == person_id)
    if session.scalar(own.with_for_update(key_share=True, skip_locked=True)) is None:
        return False
    due = (
        sa.select(Delivery, Handoff)
        .join(Handoff, Handoff.id == Delivery.handoff_id, isouter=True)
        .where(_is_due(now), Delivery.person_id == person_id)
        .with_for_update(of=Delivery, skip_locked=True)
    )
    kept: list[Kept] = [(row[0], row[1]) for row in session.execute(due)]
    told = [one for one in _read_by(session, person_id, kept) if _stands(*one, now)]
    for one, _ in kept:
        one.state = DeliveryState.GATHERED
    if told:
        _tell(session, person_id, told, now)
    return bool(told)


def _read_by(session: Session, person_id: uuid.UUID, kept: Iterable[Kept]) -> list[Kept]:
    """What the person may still read: who may read is who may be told."""
    asked: dict[tuple[uuid.UUID | None, bool], bool] = {}
    found = []
    for one, handoff in kept:
        desk_id = _desk_of(one, handoff)
        at = desk_id, handoff is not None and handoff.is_sealed
        if at not in asked:
            here = set() if desk_id is None else reader_ids(session, desk_id, sealed=at[1])
            asked[at] = person_id in here
        if asked[at]:
            found.append((one, handoff))
    return found


def _stands(told: Delivery, handoff: Handoff | None, now: dt.datetime) -> bool:
    """Whether there is still something to do about it; an acknowledgement may be undone yet."""
    if handoff is None:
        return True
    if told.kind is DeliveryKind.CONFIRM:
        return handoff.answered_at is not None or is_proposed(handoff)
    if not handoff.is_open:
        return False
    if told.kind is DeliveryKind.ASSIGNED:
        return handoff.claimed_by_id == told.person_id
    if told.kind in _DATES:
        return handoff.next_on is not None and handoff.next_on < local_date(now)
    at = handoff.acknowledged_at
    return at is None or at <= told.created_at or now < at + RELEASE


def _tell(session: Session, person_id: uuid.UUID, told: list[Kept], now: dt.datetime) -> None:
    """One summary; it tells of what a former one, not seen yet and tried no more, told of, too."""
    trying = sa.select(Delivery).where(
        Delivery.person_id == person_id,
        Delivery.kind == DeliveryKind.SUMMARY,
        Delivery.state.in_(TRYING),
    )
    unseen = session.scalars(trying.with_for_update(of=Delivery)).all()
    for former in unseen:
        former.state, former.next_at, former.lease_token = DeliveryState.GATHERED, None, None
    desks = {_desk_of(*one) for one in told} | {former.desk_id for former in unseen}
    Delivery.queue(
        session,
        DeliveryKind.SUMMARY,
        now=now,
        person_id=person_id,
        desk_id=desks.pop() if len(desks) == 1 else None,
        high=any(one.high for one in (*unseen, *(one for one, _ in told))),
    )


def _desk_of(told: Delivery, handoff: Handoff | None) -> uuid.UUID | None:
    return told.desk_id if handoff is None else handoff.desk_id
