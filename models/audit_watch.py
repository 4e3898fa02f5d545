"""The watch over who opens notes: each worker tick looks at what was opened since the last.

Lines come in a little later than the time they name, so that each look reaches back a while;
what was told once is not told again.
"""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit_alarm import AlarmKind, AuditAlarm, raise_alarm
from models.audit_line import AuditLine
from models.audit_views import BEYOND, SEALED, SEEN
from models.desk import Desk
from models.hours import opens_at
from models.membership import readers
from models.store import Store
from models.town import Beat
from models.town_time import local_date

MOST_OPENS = 30
WINDOW = dt.timedelta(hours=1)
_BACK = dt.timedelta(minutes=2)
_LOOKED = "audit_watch"
_AT_MOST = dt.timedelta(days=7)


class Opened(NamedTuple):
    """One note that was opened; `desk` is the id of the chain its line is in."""

    at: dt.datetime
    actor_id: uuid.UUID
    act: str
    desk: str


def watch(store: Store, now: dt.datetime) -> int:
    """Raise what there is to ask about, in one transaction; gives how many alarms."""
    with store.read() as session:
        since = _since(session, now)
        is_new = bool(_opened(session, since, limit=1))
        is_stale = now - since > WINDOW
    if not is_new and not is_stale:
        return 0
    with store.write() as session:
        audit.hold(session)
        found = list(_alarms(session, since))
        for alarm in found:
            alarm.found_at = now
            raise_alarm(session, alarm, now)
        session.merge(Beat(name=_LOOKED, at=now))
    return len(found)


def _since(session: Session, now: dt.datetime) -> dt.datetime:
    beat = session.get(Beat, _LOOKED)
    return max(now - _AT_MOST, now - _BACK if beat is None else beat.at - _BACK)


def _opened(session: Session, since: dt.datetime, limit: int | None = None) -> list[Opened]:
    rows = session.execute(
        sa.select(AuditLine.at, AuditLine.actor_id, AuditLine.act, AuditLine.chain)
        .where(AuditLine.at > since, AuditLine.act.in_(SEEN), AuditLine.actor_id.is_not(None))
        .order_by(AuditLine.at, AuditLine.id)
        .limit(limit)
    )
    return [Opened(row.at, row.actor_id, row.act, row.chain) for row in rows if row.actor_id]


def _alarms(session: Session, since: dt.datetime) -> Iterator[AuditAlarm]:
    rows = _opened(session, since - WINDOW)
    fresh = {row.actor_id for row in rows if row.at > since}
    known = _told(session, fresh, since)
    for is_sealed in (False, True):
        these = [row for row in rows if (row.act in SEALED) is is_sealed and row.actor_id in fresh]
        by_actor = itertools.groupby(sorted(these, key=_by_actor), key=lambda row: row.actor_id)
        for actor_id, opened in by_actor:
            mine = list(opened)
            told = [one for one in known if one.actor_id == actor_id]
            told = [one for one in told if one.is_sealed is is_sealed]
            yield from _many(mine, told, is_sealed=is_sealed)
            yield from _off_hours(session, mine, told, is_sealed=is_sealed)


def _by_actor(row: Opened) -> tuple[str, dt.datetime]:
    return str(row.actor_id), row.at


def _told(session: Session, actors: Iterable[uuid.UUID], since: dt.datetime) -> list[AuditAlarm]:
    # A day's alarm at odd hours may have been told long before.
    recent = AuditAlarm.at > since - dt.timedelta(days=2), AuditAlarm.actor_id.in_(actors)
    return list(session.scalars(sa.select(AuditAlarm).where(*recent)))


def _many(
    opened: Sequence[Opened], told: Sequence[AuditAlarm], *, is_sealed: bool
) -> Iterator[AuditAlarm]:
    """One alarm as the open that is too much comes, the next after as many again."""
    ends = [one.at for one in told if one.kind is AlarmKind.MANY]
    last, within = max(ends, default=None), deque[dt.datetime]()
    for row in opened:
        if row.act not in BEYOND or (last is not None and row.at <= last):
            continue
        within.append(row.at)
        while row.at - within[0] >= WINDOW:
            within.popleft()
        if len(within) > MOST_OPENS:
            yield _alarm(AlarmKind.MANY, row, len(within), is_sealed=is_sealed)
            last = row.at
            within.clear()


def _off_hours(
    session: Session, opened: Sequence[Opened], told: Sequence[AuditAlarm], *, is_sealed: bool
) -> Iterator[AuditAlarm]:
    """One alarm for each day of the town, by the first open of which no duty tells."""
    days = {local_date(one.at) for one in told if one.kind is AlarmKind.OFF_HOURS}
    for row in opened:
        day = local_date(row.at)
        if day not in days and _is_off_hours(session, row):
            days.add(day)
            yield _alarm(AlarmKind.OFF_HOURS, row, 1, is_sealed=is_sealed)


def _is_off_hours(session: Session, row: Opened) -> bool:
    """Whether the desk was closed and its reader on no duty list; a desk without hours is open."""
    desk = session.get(Desk, uuid.UUID(row.desk))
    if desk is None or desk.calendar.is_open(row.at) or opens_at(desk, row.at) is None:
        return False
    on_duty = {one.person_id for one in readers(session, desk.id) if one.on_duty}
    return not (desk.has_duty and row.actor_id in on_duty)


def _alarm(kind: AlarmKind, row: Opened, count: int, *, is_sealed: bool) -> AuditAlarm:
    return AuditAlarm(
        kind=kind,
        actor_id=row.actor_id,
        desk_id=uuid.UUID(row.desk),
        is_sealed=is_sealed,
        count=count,
        at=row.at,
        found_at=row.at,
    )
