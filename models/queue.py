"""A desk's lists: what stands in each view, in which order, fifty rows at a time."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from models.area import Area
from models.base import UtcDateTime
from models.delivery import Delivery
from models.desk import Desk
from models.handoff import Handoff, State
from models.observation import Observation
from models.reporter import Reporter
from models.thread import Thread
from models.town_time import TOKYO, local_date
from models.unreached import unreached

PAGE_SIZE = 50
COUNT_LIMIT = 99
"""Counts stop here, so that a full desk costs no more than a quiet one."""

Handoffs = sa.Select[Handoff]
_Column = InstrumentedAttribute[Any]
_ENDED = (State.CLOSED, State.PASSED_ON, State.RETURNED)
_MARK = "~"
_MANY = 1000


class View(StrEnum):
    """The desk's lists, in the order of the tabs."""

    TO_ACKNOWLEDGE = "waiting"
    DUE_TODAY = "today"
    TO_TELEPHONE = "telephone"
    ANSWERED = "answered"
    MOVING = "moving"
    CLOSED = "closed"


def to_acknowledge(handoffs: Handoffs, desk: Desk, _now: dt.datetime) -> Handoffs:
    """What nobody has acknowledged yet."""
    return handoffs.where(Handoff.desk_id == desk.id, Handoff.state == State.SENT)


def due_today(handoffs: Handoffs, desk: Desk, now: dt.datetime) -> Handoffs:
    """What is owed before the town's day ends: an acknowledgement, or the word of a next date."""
    waits = sa.and_(
        Handoff.desk_id == desk.id,
        Handoff.acknowledged_at.is_(None),
        Handoff.due_at <= _end_of_day(now),
        Handoff.state == State.SENT,
    )
    comes = sa.and_(
        Handoff.desk_id == desk.id,
        Handoff.next_on <= local_date(now),
        Handoff.is_open.is_(True),
    )
    return handoffs.where(sa.or_(waits, comes))


def to_telephone(handoffs: Handoffs, desk: Desk, _now: dt.datetime) -> Handoffs:
    """Whose reporter no channel reached with a reply of this desk, where there is a number."""
    # A join, so that the database begins with the few that are owed, not with the whole desk.
    calls = unreached(desk.id).join(Reporter, Reporter.thread_id == Delivery.thread_id)
    callable_ = calls.where(Reporter.has_number.is_not(False)).order_by(None)
    owed = callable_.with_only_columns(Delivery.handoff_id).distinct().subquery()
    return handoffs.join(owed, owed.c.handoff_id == Handoff.id).where(Handoff.desk_id == desk.id)


def answered(handoffs: Handoffs, desk: Desk, _now: dt.datetime) -> Handoffs:
    """Where the reporter said something that nobody here has opened since."""
    return handoffs.where(Handoff.desk_id == desk.id, Handoff.answered_at.is_not(None))


def moving(handoffs: Handoffs, desk: Desk, _now: dt.datetime) -> Handoffs:
    """What is acknowledged and not closed."""
    return handoffs.where(
        Handoff.desk_id == desk.id,
        Handoff.state.in_((State.RECEIVED, State.WORKING)),
        Handoff.next_on.is_not(None),
    )


def closed(handoffs: Handoffs, desk: Desk, _now: dt.datetime) -> Handoffs:
    """What ended here: closed, passed on or returned."""
    return handoffs.where(
        Handoff.desk_id == desk.id, Handoff.is_open.is_(False), Handoff.state.in_(_ENDED)
    )


VIEWS: Mapping[View, Callable[[Handoffs, Desk, dt.datetime], Handoffs]] = {
    View.TO_ACKNOWLEDGE: to_acknowledge,
    View.DUE_TODAY: due_today,
    View.TO_TELEPHONE: to_telephone,
    View.ANSWERED: answered,
    View.MOVING: moving,
    View.CLOSED: closed,
}

_URGENT_FIRST = (Handoff.rank, Handoff.is_marked, Handoff.due_at, Handoff.id)
_ORDER: Mapping[View, tuple[_Column, ...]] = {
    View.TO_ACKNOWLEDGE: _URGENT_FIRST,
    View.DUE_TODAY: _URGENT_FIRST,
    View.TO_TELEPHONE: (Handoff.last_at, Handoff.id),
    View.ANSWERED: (Handoff.answered_at, Handoff.id),
    View.MOVING: (Handoff.next_on, Handoff.id),
    View.CLOSED: (Handoff.last_at, Handoff.id),
}
_thread = joinedload(Handoff.thread)
_note = _thread.joinedload(Thread.observation)
_area = _note.joinedload(Observation.area)
# What no row shows is not even read.
_SHOWN = (
    _thread.load_only(Thread.id, Thread.wrapped_key, Thread.is_sealed),
    _note.load_only(
        Observation.id,
        Observation.thread_id,
        Observation.area_id,
        Observation.came_by,
        Observation.sealed_body,
    ),
    _area.load_only(Area.name),
)
_NEWEST_FIRST = frozenset({View.CLOSED})


def page(listed: Handoffs, view: View, after: str = "", size: int | None = None) -> Handoffs:
    """The rows of a view behind the place `after`, with the notes they show, in one query.

    One more than `size`, else than PAGE_SIZE, so that one sees whether more follow. A place
    that cannot be read is the beginning.
    """
    columns = _ORDER[view]
    place = _read_place(columns, after)
    if place is not None:
        here, there = sa.tuple_(*columns), sa.tuple_(*place)
        listed = listed.where(here < there if view in _NEWEST_FIRST else here > there)
    ordered = [column.desc() if view in _NEWEST_FIRST else column for column in columns]
    return listed.options(*_SHOWN).order_by(*ordered).limit((size or PAGE_SIZE) + 1)


def place_of(handoff: Handoff, view: View) -> str:
    """The place of a row in a view, for the address of the page that begins behind it."""
    return _MARK.join(_written(getattr(handoff, column.key)) for column in _ORDER[view])


def counts(handoffs: Handoffs, desk: Desk, now: dt.datetime) -> sa.Select[Any]:
    """How many rows each view but the last has, as one row; one above COUNT_LIMIT is "more".

    With them, by which a list knows that it is out of date, the columns of `pulse`.
    """
    columns: list[sa.ColumnElement[Any]] = [
        _count(VIEWS[view](handoffs, desk, now)).label(view.value)
        for view in View
        if view not in (View.TO_ACKNOWLEDGE, View.CLOSED)
    ]
    return sa.select(*_pulse(handoffs, desk, now), *columns)


def pulse(handoffs: Handoffs, desk: Desk, now: dt.datetime) -> sa.Select[Any]:
    """What changes when something at the desk does, as one row, found by index at any size.

    How many wait, when something last moved or ended, and when a reporter last said something.
    """
    return sa.select(*_pulse(handoffs, desk, now))


def _pulse(handoffs: Handoffs, desk: Desk, now: dt.datetime) -> list[sa.ColumnElement[Any]]:
    here = handoffs.where(Handoff.desk_id == desk.id)
    answers = here.where(Handoff.answered_at.is_not(None))
    return [
        _count(to_acknowledge(handoffs, desk, now)).label(View.TO_ACKNOWLEDGE.value),
        _newest(here.where(Handoff.is_open.is_(True)), Handoff.last_at).label("moved_at"),
        _newest(here.where(Handoff.is_open.is_(False)), Handoff.last_at).label("ended_at"),
        _newest(answers, Handoff.answered_at).label("said_at"),
    ]


def _newest(listed: Handoffs, column: _Column) -> sa.ScalarSelect[Any]:
    return listed.with_only_columns(column).order_by(column.desc()).limit(1).scalar_subquery()


def _end_of_day(now: dt.datetime) -> dt.datetime:
    """Midnight, not closing: the duty desk owes its most urgent answers after that."""
    return dt.datetime.combine(local_date(now), dt.time.max, TOKYO).astimezone(dt.UTC)


def _count(listed: Handoffs) -> sa.ScalarSelect[int]:
    some = listed.with_only_columns(Handoff.id).limit(COUNT_LIMIT + 1).subquery()
    return sa.select(sa.func.count()).select_from(some).scalar_subquery()


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _read_place(columns: tuple[_Column, ...], after: str) -> list[sa.BindParameter[Any]] | None:
    parts = after.split(_MARK)
    if len(parts) != len(columns):
        return None
    try:
        return [
            sa.literal(_READ[type(column.type)](part), column.type)
            for column, part in zip(columns, parts, strict=True)
        ]
    except (ValueError, OverflowError):
        return None


def _read_instant(part: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(part)
    if at.tzinfo is None:
        raise ValueError("instants are aware")
    return at.astimezone(dt.UTC)


_READ: Mapping[type, Callable[[str], object]] = {
    sa.Integer: lambda part: max(-_MANY, min(int(part), _MANY)),
    sa.Boolean: lambda part: bool(int(part)),
    sa.Uuid: uuid.UUID,
    sa.Date: dt.date.fromisoformat,
    UtcDateTime: _read_instant,
}
