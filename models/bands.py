"""In which bands a list stands: rows that follow each other in one index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import sqlalchemy as sa

from models import queue
from models.handoff import Handoff
from models.queue import (
    IS_CLOSED,
    IS_DATED,
    IS_SENT,
    IS_WAITING,
    NOW,
    TODAY,
    TONIGHT,
    Handoffs,
    View,
)
from models.urgency import Urgency

Condition = sa.ColumnElement[bool]
FEW = 4
"""Areas that a list is narrowed to and that are each followed along an index of their own."""
_SENT = ("due_at", "id")
_DATED = ("next_on", "id")
_ENDED = ("last_at", "id")
_RANKS = tuple(sorted(-urgency.rank for urgency in Urgency))
# By no index: of so many areas is much of what stands at a desk, and it stands in its order.
_IN_SOME: Condition = (Handoff.area_id + 0).in_(sa.bindparam("areas", expanding=True))
_SENT_LATE: Condition = Handoff.due_at < NOW
_DATED_LATE: Condition = Handoff.next_on < TODAY
_IS_LATE = sa.or_(sa.and_(IS_WAITING, _SENT_LATE), sa.and_(IS_DATED, _DATED_LATE))


@dataclass(frozen=True, eq=False)
class Band:
    """Its rows stand in the order of `tail`, behind all of a smaller `lead`."""

    of: Callable[[Handoffs], Handoffs]
    tail: tuple[str, ...]
    lead: tuple[int, ...] = ()


@dataclass(frozen=True)
class Shape:
    """By what a list is narrowed, for the statement; which area it is, is asked."""

    urgency: Urgency | None
    areas: int
    """How many it may be; more than FEW are one."""
    is_overdue: bool
    which: int = 0

    @property
    def has_area(self) -> bool:
        """Whether its rows are found by their area."""
        return 0 < self.areas <= FEW

    @property
    def in_area(self) -> list[Condition]:
        """What holds of the area of each row."""
        if self.has_area:
            number = sa.bindparam(f"area{self.which}", type_=sa.Integer())
            return [Handoff.area_id == number]
        return [_IN_SOME] if self.areas else []

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks that the list may have."""
        return _RANKS if self.urgency is None else (-self.urgency.rank,)

    @property
    def where(self) -> list[Condition]:
        """What holds of each row, but for what is overdue."""
        narrow = self.in_area
        return narrow if self.urgency is None else [*narrow, Handoff.rank == self.ranks[0]]


def asked_of(areas: tuple[int, ...]) -> dict[str, object]:
    """What the statement of a list that is narrowed to these areas is asked with."""
    if len(areas) > FEW:
        return {"areas": areas}
    return {f"area{which}": id_ for which, id_ in enumerate(areas)}


@lru_cache(maxsize=512)
def bands_of(view: View, shape: Shape) -> tuple[Band, ...]:
    """The bands of a view in the order of their leads; none where nothing can be in it."""
    each = range(shape.areas if shape.has_area else 1)
    bands = [band for which in each for band in _BANDS[view](replace(shape, which=which))]
    return tuple(sorted(bands, key=lambda band: band.lead))


def _to_acknowledge(shape: Shape) -> Iterator[Band]:
    if not shape.is_overdue:
        yield _band((IS_SENT, *shape.where), ("rank", "is_marked", *_SENT))
        return
    for lead, where in _by_urgency(shape):
        yield _band((IS_SENT, *where, _SENT_LATE), _SENT, lead)


def _due_today(shape: Shape) -> Iterator[Band]:
    owed = _SENT_LATE if shape.is_overdue else Handoff.due_at <= TONIGHT
    dated = _DATED_LATE if shape.is_overdue else Handoff.next_on <= TODAY
    for lead, where in _by_urgency(shape):
        yield _band((IS_SENT, *where, owed), _SENT, (*lead, 0))
        yield _band((IS_DATED, *where, dated), _DATED, (*lead, 1))


def _moving(shape: Shape) -> Iterator[Band]:
    late = [_DATED_LATE] if shape.is_overdue else []
    if shape.urgency is None and not shape.has_area:
        yield _band((IS_DATED, *shape.where, *late), _DATED)
        return
    for _, where in _by_urgency(shape):
        yield _band((IS_DATED, *where, *late), _DATED)


def _closed(shape: Shape) -> Iterator[Band]:
    if shape.is_overdue:
        return
    ranks = shape.ranks if shape.has_area else shape.ranks[:1]
    for rank in ranks:
        where = [*shape.in_area, Handoff.rank == rank] if shape.has_area else shape.where
        yield _band((IS_CLOSED, *where), _ENDED)


def _few(view: View, *tail: str) -> Callable[[Shape], Iterator[Band]]:
    """A list that stays short, since each row leaves it once somebody has seen to it."""

    def bands(shape: Shape) -> Iterator[Band]:
        late = [_IS_LATE] if shape.is_overdue else []
        where = (*shape.where, *late)
        yield Band(lambda handoffs: queue.VIEWS[view](handoffs)[0].where(*where), tail)

    return bands


def _by_urgency(shape: Shape) -> Iterator[tuple[tuple[int, ...], list[Condition]]]:
    """Every rank with what is marked last in it, as their own conditions."""
    for rank in shape.ranks:
        for is_marked in (False, True):
            alike = [Handoff.rank == rank, Handoff.is_marked.is_(is_marked)]
            yield (rank, int(is_marked)), [*shape.in_area, *alike]


def _band(where: tuple[Condition, ...], tail: tuple[str, ...], lead: tuple[int, ...] = ()) -> Band:
    return Band(lambda handoffs: handoffs.where(*where), tail, lead)


_BANDS: Mapping[View, Callable[[Shape], Iterator[Band]]] = {
    View.TO_ACKNOWLEDGE: _to_acknowledge,
    View.DUE_TODAY: _due_today,
    View.TO_TELEPHONE: _few(View.TO_TELEPHONE, "last_at", "id"),
    View.ANSWERED: _few(View.ANSWERED, "answered_at", "id"),
    View.MOVING: _moving,
    View.CLOSED: _closed,
}
