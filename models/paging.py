"""The rows of a desk's list, one page at a time, however long the list and however narrowed.

A page is read along indexes alone. Where none has a list in its order, the list is a few bands
that each follow one index; as many rows of each as a page holds are enough for the page.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute

from models import queue
from models.bands import Band, asked_of, bands_of, shape_of
from models.desk import Desk
from models.handoff import Handoff, State
from models.handoff.indexes import URGENT_FIRST
from models.listed import Listed
from models.narrowing import WHOLE, Narrowing
from models.queue import Handoffs, View

_Column = InstrumentedAttribute[Any]
_Place = tuple[Any, ...]
_MARK = "~"
_MANY = 1000
_MOST = sa.bindparam("most", type_=sa.Integer())
_ORDER: Mapping[View, tuple[str, ...]] = {
    View.TO_ACKNOWLEDGE: (*URGENT_FIRST, "due_at", "id"),
    View.TO_TELEPHONE: ("last_at", "id"),
    View.ANSWERED: ("answered_at", "id"),
    View.MOVING: ("next_on", "id"),
    View.CLOSED: ("last_at", "id"),
}

_HELD = (Band(lambda handoffs: handoffs.where(queue.IS_ROW), _ORDER[View.TO_ACKNOWLEDGE]),)


Page = tuple[Handoffs, dict[str, Any]]
"""A statement and what it is asked with."""


def page(
    handoffs: Handoffs,
    view: View,
    desk: Desk,
    now: dt.datetime,
    *,
    after: str = "",
    size: int | None = None,
    narrowing: Narrowing = WHOLE,
) -> Page:
    """The rows of a view behind the place `after`; `listed` reads them with their notes.

    One more than `size`, else than PAGE_SIZE, so that one sees whether more follow. A place
    that cannot be read is the beginning.
    """
    place = _read_place(view, after)
    asked = queue.params(desk, now) | asked_of(narrowing)
    asked["most"] = (size or queue.PAGE_SIZE) + 1
    statement, tail = _behind(handoffs, view, bands_of(view, shape_of(narrowing)), place)
    return statement, asked | tail


def held(handoffs: Handoffs, after: str) -> Page:
    """The same of what a person has still to place, in the order of what is to acknowledge."""
    place = _read_place(View.TO_ACKNOWLEDGE, after)
    asked: dict[str, Any] = {"most": queue.PAGE_SIZE + 1}
    statement, tail = _behind(handoffs, View.TO_ACKNOWLEDGE, _HELD, place)
    return statement, asked | tail


def place_of(handoff: Handoff | Listed, view: View) -> str:
    """The place of a row in a view, for the address of the page that begins behind it."""
    return _MARK.join(_written(value) for value in _place(handoff, view))


def _place(handoff: Handoff | Listed, view: View) -> Iterator[object]:
    if view is not View.DUE_TODAY:
        yield from (getattr(handoff, name) for name in _ORDER[view])
        return
    is_dated = handoff.state is not State.SENT
    yield from (handoff.rank, handoff.is_marked, is_dated)
    yield from (handoff.next_on if is_dated else handoff.due_at, handoff.id)


def _behind(handoffs: Handoffs, view: View, bands: tuple[Band, ...], place: _Place | None) -> Page:
    if place is None or not bands:
        return _statement(handoffs, view, bands, False), {}
    leads = len(bands[0].lead)
    lead, tail = place[:leads], place[leads:]
    rest = tuple(band for band in bands if band.lead >= lead)
    is_within = bool(rest) and rest[0].lead == lead
    asked = {f"tail{n}": value for n, value in enumerate(tail)}
    return _statement(handoffs, view, rest, is_within), asked


@lru_cache(maxsize=128)
def _statement(
    handoffs: Handoffs, view: View, bands: tuple[Band, ...], is_behind: bool
) -> Handoffs:
    """The page that begins with these bands; `is_behind`: within the first, behind a place."""
    down = view is View.CLOSED
    first = bands[0].lead if is_behind else None
    parts = [_part(handoffs, band, down, band.lead == first) for band in bands]
    if not parts:
        return handoffs.where(sa.false())
    if len(parts) == 1:
        return parts[0]
    best = _best(parts, bands, down)
    joined = sa.select(Handoff).join(best, best.c.id == Handoff.id)
    return joined.order_by(*_by_lead(best, down))


def _best(parts: list[Handoffs], bands: tuple[Band, ...], down: bool) -> sa.Subquery:
    """The keys of the page, before anything that its rows show is looked up."""
    leads = sorted({band.lead for band in bands})
    every = sa.union_all(
        *(
            _keys(part, band.tail, leads.index(band.lead))
            for part, band in zip(parts, bands, strict=True)
        )
    ).subquery()
    return sa.select(every).order_by(*_by_lead(every, down)).limit(_MOST).subquery()


def _by_lead(keys: sa.Subquery, down: bool) -> list[sa.ColumnElement[Any]]:
    lead, *tail = keys.c
    return [lead, *(c.desc() if down else c for c in tail)]


def _part(handoffs: Handoffs, band: Band, down: bool, is_behind: bool) -> Handoffs:
    columns: list[_Column] = [getattr(Handoff, name) for name in band.tail]
    listed = band.of(handoffs)
    if is_behind:
        here = sa.tuple_(*columns)
        there = sa.tuple_(*(sa.bindparam(f"tail{n}", type_=c.type) for n, c in enumerate(columns)))
        listed = listed.where(here < there if down else here > there)
    return listed.order_by(*(c.desc() if down else c for c in columns)).limit(_MOST)


def _keys(part: Handoffs, tail: tuple[str, ...], lead: int) -> sa.Select[Any]:
    *columns, key = (getattr(Handoff, name) for name in tail)
    number = sa.literal_column(str(lead), sa.Integer()).label("lead")
    at = (column.label(f"at{n}") for n, column in enumerate(columns))
    return sa.select(part.with_only_columns(number, *at, key).subquery())


def _written(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return value.isoformat() if isinstance(value, dt.date) else str(value)


def _read_place(view: View, after: str) -> _Place | None:
    """None where it cannot be read."""
    parts = after.split(_MARK)
    try:
        if view is not View.DUE_TODAY:
            names = _ORDER[view]
            return tuple(_READ[n](part) for n, part in zip(names, parts, strict=True))
        rank, is_marked, is_dated, at, row = parts
        when = _READ["next_on" if int(is_dated) else "due_at"](at)
        return _read_rank(rank), int(is_marked), int(is_dated), when, uuid.UUID(row)
    except (ValueError, OverflowError):
        return None


def _read_rank(part: str) -> int:
    return max(-_MANY, min(int(part), _MANY))


def _read_instant(part: str) -> dt.datetime:
    at = dt.datetime.fromisoformat(part)
    if at.tzinfo is None:
        raise ValueError("instants are aware")
    return at.astimezone(dt.UTC)


_READ: Mapping[str, Any] = {
    "rank": _read_rank,
    "is_marked": lambda part: bool(int(part)),
    "due_at": _read_instant,
    "answered_at": _read_instant,
    "last_at": _read_instant,
    "next_on": dt.date.fromisoformat,
    "id": uuid.UUID,
}
