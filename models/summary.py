"""まとめて: what was kept back from somebody comes as one word, which takes the former's place.

Run twice, or by several at once, it tells each thing once: what was kept back is marked in the
transaction that owes the summary.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict
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
BATCH = 500
"""How much of what was kept back is held in memory: after holidays it may be a great deal."""
_DATES = (DeliveryKind.DATE_PASSED, DeliveryKind.DATE_PASSED_BESIDE)
_log = logging.getLogger(__name__)


@dataclass
class Told:
    """What one summary tells of."""

    desks: set[uuid.UUID | None] = field(default_factory=set)
    high: bool = False

    def __bool__(self) -> bool:
        return bool(self.desks)

    def add(self, row: sa.Row[Any]) -> None:
        """Tell of one more."""
        self.desks.add(_desk_of(row))
        self.high = self.high or row.high


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


def _is_due(now: dt.datetime | sa.BindParameter[dt.datetime]) -> sa.ColumnElement[bool]:
    kept = sa.literal(DeliveryState.KEPT, Delivery.state.type, literal_execute=True)
    is_kept = sa.and_(Delivery.state == kept, Delivery.settled_at.is_(None))
    return sa.and_(is_kept, Delivery.release_at <= now)


_NEEDED: tuple[Any, ...] = (
    *(Delivery.id, Delivery.kind, Delivery.person_id, Delivery.desk_id),
    *(Delivery.high, Delivery.created_at, Delivery.handoff_id),
    Handoff.thread_id,
    conflict.stands_in_any(Handoff.thread_id).label("has_conflicts"),
    Handoff.desk_id.label("owed_by"),
    *(Handoff.is_sealed, Handoff.is_open, Handoff.answered_at),
    *(Handoff.claimed_by_id, Handoff.next_on, Handoff.acknowledged_at),
    is_proposed().label("is_proposed"),
)
_DUE = (
    sa.select(*_NEEDED)
    .join(Handoff, Handoff.id == Delivery.handoff_id, isouter=True)
    .where(
        _is_due(sa.bindparam("now", type_=Delivery.release_at.type)),
        Delivery.person_id == sa.bindparam("person"),
    )
    .with_for_update(of=Delivery, skip_locked=True)
)
_UNSEEN = {"synchronize_session": False}


def _gather(session: Session, person_id: uuid.UUID, now: dt.datetime) -> bool:
    # One worker for each person: two would tell of a half each.
    own = sa.select(Person.id).where(Person.id == person_id)
    if session.scalar(own.with_for_update(key_share=True, skip_locked=True)) is None:
        return False
    told = Told()
    readable: dict[tuple[uuid.UUID, bool, uuid.UUID | None], bool] = {}
    while rows := session.execute(_DUE.limit(BATCH), {"now": now, "person": person_id}).all():
        for row in rows:
            if _may_read(session, person_id, row, readable) and _stands(row, now):
                told.add(row)
        ids = [row.id for row in rows]
        gathered = sa.update(Delivery).where(Delivery.id.in_(ids))
        session.execute(gathered.values(state=DeliveryState.GATHERED), execution_options=_UNSEEN)
    if told:
        _tell(session, person_id, told, now)
    return bool(told)


def _may_read(
    session: Session,
    person_id: uuid.UUID,
    row: sa.Row[Any],
    known: dict[tuple[uuid.UUID, bool, uuid.UUID | None], bool],
) -> bool:
    """Whether the person may still read it: who may read is who may be told."""
    desk_id = _desk_of(row)
    if desk_id is None:
        return False
    # Who reads it, its conflicts decide, where it has any: a deputy may be left alone with it.
    at = desk_id, bool(row.is_sealed), row.thread_id if row.has_conflicts else None
    if at not in known:
        known[at] = person_id in reader_ids(session, desk_id, sealed=at[1], about=at[2])
    return known[at]


def _stands(row: sa.Row[Any], now: dt.datetime) -> bool:
    """Whether there is still something to do about it; an acknowledgement may be undone yet."""
    if row.handoff_id is None:
        return True
    if row.kind is DeliveryKind.CONFIRM:
        return row.answered_at is not None or bool(row.is_proposed)
    if not row.is_open:
        return False
    if row.kind is DeliveryKind.ASSIGNED:
        return bool(row.claimed_by_id == row.person_id)
    if row.kind in _DATES:
        return row.next_on is not None and row.next_on < local_date(now)
    at = row.acknowledged_at
    return at is None or at <= row.created_at or now < at + RELEASE


def _tell(session: Session, person_id: uuid.UUID, told: Told, now: dt.datetime) -> None:
    """One summary; it tells of what a former one, not seen yet and tried no more, told of, too."""
    trying = sa.select(Delivery).where(
        Delivery.person_id == person_id,
        Delivery.kind == DeliveryKind.SUMMARY,
        Delivery.state.in_(TRYING),
    )
    unseen = session.scalars(trying.with_for_update(of=Delivery)).all()
    for former in unseen:
        former.state, former.next_at, former.lease_token = DeliveryState.GATHERED, None, None
    desks = told.desks | {former.desk_id for former in unseen}
    Delivery.queue(
        session,
        DeliveryKind.SUMMARY,
        now=now,
        person_id=person_id,
        desk_id=desks.pop() if len(desks) == 1 else None,
        high=told.high or any(former.high for former in unseen),
    )


def _desk_of(row: sa.Row[Any]) -> uuid.UUID | None:
    desk_id: uuid.UUID | None = row.desk_id if row.handoff_id is None else row.owed_by
    return desk_id
