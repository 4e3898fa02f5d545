"""What the worker keeps of the months that are over, made anew each day.

So that it stays true: an answer may be read much later, and a note be sealed or purged. What was
kept of months from before a desk's first line stays as it is.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict, mirror
from models.base import insert
from models.desk import Desk
from models.handoff import Handoff
from models.inbox import InboxEntry
from models.mirror import LineKind, MirrorLine, MirrorMonth
from models.store import Store
from models.town_time import local_date

SHOWN = 12
"""So many months a page shows."""
_FORGOTTEN_AT_ONCE = 500


@dataclass(frozen=True)
class Figures:
    """A desk's rows, which take the place of all since a month."""

    since: dt.date
    rows: list[dict[str, Any]]


def keep(store: Store, now: dt.datetime) -> int:
    """Make every desk's figures that are not of today; gives for how many desks."""
    with store.read() as session:
        desks = session.scalars(sa.select(Desk.id).where(~_is_kept(now)).order_by(Desk.id)).all()
    return sum(_keep(store, desk_id, now) for desk_id in desks)


def forget(store: Store, now: dt.datetime) -> int:
    """Delete lines of months that no page shows any more; gives how many."""
    old = sa.select(MirrorLine.id).where(MirrorLine.month < _first(now)).limit(_FORGOTTEN_AT_ONCE)
    deleted = 0
    while True:
        with store.write() as session:
            ids = session.scalars(old).all()
            session.execute(sa.delete(MirrorLine).where(MirrorLine.id.in_(ids)))
        deleted += len(ids)
        if len(ids) < _FORGOTTEN_AT_ONCE:
            return deleted


def keep_desk(session: Session, desk_id: uuid.UUID, now: dt.datetime) -> bool:
    """Make one desk's figures anew, as whoever seals a note has to; gives whether there are any."""
    session.flush()
    return _write(session, desk_id, _figures(session, desk_id, now))


def _keep(store: Store, desk_id: uuid.UUID, now: dt.datetime) -> bool:
    # Counted before the turn to write, which it would keep from others for long.
    with store.read() as session:
        found, stamp = _figures(session, desk_id, now), session.execute(_lines(desk_id)).one()
    with store.write() as session:
        _hold(session, desk_id)
        # Sealed meanwhile, it would come back with what was counted before.
        is_old = session.scalar(sa.select(_is_kept(now)).where(Desk.id == desk_id))
        if is_old or session.execute(_lines(desk_id)).one() != stamp:
            return False
        return _write(session, desk_id, found)


def _write(session: Session, desk_id: uuid.UUID, found: Figures | None) -> bool:
    if found is None:
        return False
    _hold(session, desk_id)
    since = MirrorMonth.month >= found.since
    session.execute(sa.delete(MirrorMonth).where(MirrorMonth.desk_id == desk_id, since))
    insert(session, MirrorMonth, found.rows)
    return bool(found.rows)


def _hold(session: Session, desk_id: uuid.UUID) -> None:
    """On PostgreSQL two workers would write the same rows."""
    held = sa.select(Desk.id).where(Desk.id == desk_id).with_for_update(key_share=True)
    session.execute(held)


def _lines(desk_id: uuid.UUID) -> sa.Select[int, int]:
    """What differs once a line of the desk came or went."""
    line = MirrorLine
    return sa.select(sa.func.count(), sa.func.max(line.id)).where(line.desk_id == desk_id)


def _first(now: dt.datetime) -> dt.date:
    return mirror.months_before(mirror.month_of(now), SHOWN)


def _is_kept(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.exists().where(MirrorMonth.desk_id == Desk.id, MirrorMonth.kept_on >= local_date(now))


def _figures(session: Session, desk_id: uuid.UUID, now: dt.datetime) -> Figures | None:
    """The rows of the months that are over, by their columns; None without a line."""
    lines = sa.select(sa.func.min(MirrorLine.month)).where(MirrorLine.desk_id == desk_id)
    begun = session.scalar(lines)
    if begun is None:
        return None
    found: dict[tuple[dt.date, bool], dict[str, Any]] = {}
    for row in session.execute(_counted(desk_id, now)):
        at = row.month, row.is_sealed
        month = found.setdefault(at, _nothing(desk_id, *at, now))
        if row.kind is not LineKind.TOLD:
            month[row.kind.value] += row.number
        # Every word to a reporter is one, an acknowledgement and a last word, too.
        month["told"] += row.answers
        month["read"] += row.read
        month["in_time"] += row.in_time
        if row.kind is LineKind.ACKNOWLEDGED:
            month["acknowledge_minutes"] = round(row.median)
        elif row.kind is LineKind.CLOSED:
            month["close_minutes"] = round(row.median)
    return Figures(max(begun, _first(now)), [found[at] for at in sorted(found)])


def _nothing(desk_id: uuid.UUID, month: dt.date, is_sealed: bool, now: dt.datetime) -> Any:
    numbers = dict.fromkeys(("acknowledged", "left", "in_time", "closed", "told", "read"), 0)
    minutes = dict.fromkeys(("acknowledge_minutes", "close_minutes"))
    at = {"desk_id": desk_id, "month": month, "is_sealed": is_sealed, "kept_on": local_date(now)}
    return {**numbers, **minutes, **at}


def _counted(desk_id: uuid.UUID, now: dt.datetime) -> sa.Select[Any]:
    """By month, seal and kind: how many, how many in time, answers and those read, the median."""
    line = MirrorLine
    alike = [line.month, Handoff.is_sealed, line.kind]
    ranked = (
        sa.select(
            *alike,
            line.minutes,
            line.in_time,
            line.reply_id,
            InboxEntry.read_at,
            sa.func.row_number().over(partition_by=alike, order_by=line.minutes).label("nth"),
            sa.func.count().over(partition_by=alike).label("of"),
        )
        .join(Handoff, Handoff.id == line.handoff_id)
        .join(InboxEntry, InboxEntry.reply_id == line.reply_id, isouter=True)
        .where(
            line.desk_id == desk_id,
            line.month >= _first(now),
            line.month < mirror.month_of(now),
            # One figure is for all at the desk, and whoever may not see a note may count.
            sa.not_(conflict.stands_in_any(Handoff.thread_id)),
        )
        .subquery()
    )
    each = ranked.c
    is_middle = each.nth.in_(((each.of + 1) // 2, (each.of + 2) // 2))
    return sa.select(
        each.month,
        each.is_sealed,
        each.kind,
        sa.func.count().label("number"),
        sa.func.count(each.reply_id).label("answers"),
        sa.func.count(each.read_at).label("read"),
        sa.func.sum(sa.case((each.in_time.is_(True), 1), else_=0)).label("in_time"),
        sa.func.avg(sa.case((is_middle, each.minutes))).label("median"),
    ).group_by(each.month, each.is_sealed, each.kind)
