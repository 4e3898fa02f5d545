"""The watch over who opens notes: each worker tick looks at what was asked for since the last.

Lines come in a little later than the time they name, so that each look reaches back a while;
what was told once is not told again.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, audit_own
from models.audit_alarm import AlarmKind, AuditAlarm, raise_alarm
from models.audit_line import AuditLine
from models.audit_own import Asked
from models.audit_views import BEYOND, REVEALED, SEALED, SEARCH, SEEN, TRIED
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
_OPENED = (*SEEN, *REVEALED)
_WATCHED = (*_OPENED, TRIED, SEARCH)


def watch(store: Store, now: dt.datetime) -> int:
    """Raise what there is to ask about, in one transaction; gives how many alarms."""
    with store.read() as session:
        since = _since(session, now)
        is_new = bool(_asked(session, since, limit=1))
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


def _asked(session: Session, since: dt.datetime, limit: int | None = None) -> list[Asked]:
    lines = session.scalars(
        sa.select(AuditLine)
        .where(AuditLine.at > since, AuditLine.act.in_(_WATCHED), AuditLine.actor_id.is_not(None))
        .order_by(AuditLine.at, AuditLine.id)
        .limit(limit)
    )
    return [Asked.by(line) for line in lines]


def _alarms(session: Session, since: dt.datetime) -> Iterator[AuditAlarm]:
    by_actor: dict[uuid.UUID, list[Asked]] = defaultdict(list)
    for row in _asked(session, since - WINDOW):
        by_actor[row.actor_id].append(row)
    fresh = sorted(actor_id for actor_id, rows in by_actor.items() if rows[-1].at > since)
    known = _told(session, fresh, since)
    for actor_id in fresh:
        told = [one for one in known if one.actor_id == actor_id]
        opened = [row for row in by_actor[actor_id] if row.act in _OPENED]
        yield from _many(opened, told)
        for is_sealed in (False, True):
            these = [row for row in opened if (row.act in SEALED) is is_sealed]
            before = [one for one in told if one.is_sealed is is_sealed]
            yield from _off_hours(session, these, before, is_sealed=is_sealed)
        new = [row for row in by_actor[actor_id] if row.at > since]
        yield from audit_own.alarms(session, new, told)


def _told(session: Session, actors: Iterable[uuid.UUID], since: dt.datetime) -> list[AuditAlarm]:
    # A day's alarm at odd hours may have been told long before.
    recent = AuditAlarm.at > since - dt.timedelta(days=2), AuditAlarm.actor_id.in_(actors)
    return list(session.scalars(sa.select(AuditAlarm).where(*recent)))


def _many(opened: Sequence[Asked], told: Sequence[AuditAlarm]) -> Iterator[AuditAlarm]:
    """One alarm as the open that is too much comes, the next after as many again.

    Sealed ones count with the others; where there is one among them, the sealed team hears of it.
    """
    ends = [one.at for one in told if one.kind is AlarmKind.MANY]
    last, within = max(ends, default=None), deque[Asked]()
    for row in opened:
        if row.act not in BEYOND or (last is not None and row.at <= last):
            continue
        within.append(row)
        while row.at - within[0].at >= WINDOW:
            within.popleft()
        count = sum(one.notes for one in within)
        if count > MOST_OPENS:
            is_sealed = any(one.act in SEALED for one in within)
            yield _alarm(AlarmKind.MANY, row, count, is_sealed=is_sealed)
            last = row.at
            within.clear()


def _off_hours(
    session: Session, opened: Sequence[Asked], told: Sequence[AuditAlarm], *, is_sealed: bool
) -> Iterator[AuditAlarm]:
    """One alarm for each day of the town, by the first open of which no duty tells."""
    days = {local_date(one.at) for one in told if one.kind is AlarmKind.OFF_HOURS}
    for row in opened:
        day = local_date(row.at)
        if day not in days and _is_off_hours(session, row):
            days.add(day)
            yield _alarm(AlarmKind.OFF_HOURS, row, 1, is_sealed=is_sealed)


def _is_off_hours(session: Session, row: Asked) -> bool:
    """Whether the desk was closed and its reader on no duty list; a desk without hours is open."""
    desk = None if row.desk_id is None else session.get(Desk, row.desk_id)
    if desk is None or desk.calendar.is_open(row.at) or opens_at(desk, row.at) is None:
        return False
    on_duty = {one.person_id for one in readers(session, desk.id) if one.on_duty}
    return not (desk.has_duty and row.actor_id in on_duty)


def _alarm(kind: AlarmKind, row: Asked, count: int, *, is_sealed: bool) -> AuditAlarm:
    return AuditAlarm(
        kind=kind,
        actor_id=row.actor_id,
        desk_id=row.desk_id,
        is_sealed=is_sealed,
        count=count,
        at=row.at,
        found_at=row.at,
    )
