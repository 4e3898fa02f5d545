"""In which bands a list stands: rows that follow each other in one index."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

import sqlalchemy as sa

from models import queue
from models.handoff import Handoff, State
from models.narrowing import Narrowing
from models.queue import (
    IS_CLOSED,
    IS_DATED,
    IS_HERE,
    IS_SENT,
    IS_WAITING,
    NOW,
    OWN,
    TODAY,
    TONIGHT,
    Handoffs,
    View,
)
from models.urgency import Urgency

Condition = sa.ColumnElement[bool]
FEW = 4
"""Areas that a list is narrowed to and that are each followed along an index of their own."""
DATED = (State.RECEIVED, State.WORKING)
ENDED = (State.CLOSED, State.PASSED_ON, State.RETURNED)
STATES: Mapping[View, tuple[State, ...]] = {
    View.TO_ACKNOWLEDGE: (),
    View.DUE_TODAY: (State.SENT, *DATED),
    View.TO_TELEPHONE: (*DATED, *ENDED),
    View.ANSWERED: (State.SENT, *DATED, *ENDED),
    View.MOVING: DATED,
    View.CLOSED: ENDED,
}
"""The states to which a list can be narrowed; none where all of its rows have one."""
_SENT = ("due_at", "id")
_DATED = ("next_on", "id")
_ENDED = ("last_at", "id")
_RANKS = tuple(sorted(-urgency.rank for urgency in Urgency))
# By no index: of so many areas is much of what stands at a desk, and it stands in its order.
_IN_SOME: Condition = (Handoff.area_id + 0).in_(sa.bindparam("areas", expanding=True))
_SENT_LATE: Condition = Handoff.due_at < NOW
_DATED_LATE: Condition = Handoff.next_on < TODAY
_NOBODYS: Condition = Handoff.claimed_by_id.is_(None)
_NOBODYS_SENT: Condition = sa.and_(_NOBODYS, Handoff.acknowledged_at.is_(None))
"""What is sent has no acknowledgement; said once more, so that its index is found."""
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
    is_own: bool = False
    """Only what one person has; whose it is, is asked, too."""
    is_nobodys: bool = False
    which: int = 0
    state: State | None = None

    @property
    def has_area(self) -> bool:
        """Whether its rows are found by their area; what one person has is found by that."""
        return 0 < self.areas <= FEW and not self.is_own

    @property
    def in_area(self) -> list[Condition]:
        """What holds of the area of each row."""
        if self.has_area:
            number = sa.bindparam(f"area{self.which}", type_=sa.Integer())
            return [Handoff.area_id == number]
        return [_IN_SOME] if self.areas else []

    def has(self, *states: State) -> bool:
        """Whether it may have rows in one of these states."""
        return self.state is None or self.state in states

    @property
    def in_state(self) -> list[Condition]:
        """What holds of the state of each row."""
        return [] if self.state is None else [Handoff.state == self.state]

    @property
    def is_dated(self) -> list[Condition]:
        """What holds of each row that has a next date."""
        # Its state says that it is open: to ask for both would leave the database two indexes.
        return [IS_HERE, Handoff.next_on.is_not(None), *self.in_state] if self.state else [IS_DATED]

    @property
    def had(self) -> list[Condition]:
        """What holds of who has each row."""
        return [OWN] if self.is_own else [_NOBODYS] if self.is_nobodys else []

    @property
    def ranks(self) -> tuple[int, ...]:
        """The ranks that the list may have."""
        return _RANKS if self.urgency is None else (-self.urgency.rank,)

    @property
    def where(self) -> list[Condition]:
        """What holds of each row, but for what is overdue."""
        narrow = [*self.in_area, *self.had]
        return narrow if self.urgency is None else [*narrow, Handoff.rank == self.ranks[0]]


def asked_of(narrowing: Narrowing) -> dict[str, object]:
    """What the statement of a list that is narrowed is asked with."""
    asked: dict[str, object] = {"own": narrowing.person_id} if narrowing.person_id else {}
    if len(narrowing.areas) > FEW or (asked and narrowing.areas):
        return asked | {"areas": narrowing.areas}
    return asked | {f"area{which}": id_ for which, id_ in enumerate(narrowing.areas)}


def shape_of(narrowing: Narrowing) -> Shape:
    """By what a list is narrowed, for `bands_of`."""
    return Shape(
        narrowing.urgency,
        len(narrowing.areas),
        narrowing.is_overdue,
        is_own=narrowing.person_id is not None,
        is_nobodys=narrowing.is_nobodys,
        state=narrowing.state,
    )


@lru_cache(maxsize=512)
def bands_of(view: View, shape: Shape) -> tuple[Band, ...]:
    """The bands of a view in the order of their leads; none where nothing can be in it."""
    each = range(shape.areas if shape.has_area else 1)
    bands = [band for which in each for band in _BANDS[view](replace(shape, which=which))]
    return tuple(sorted(bands, key=lambda band: band.lead))


def _to_acknowledge(shape: Shape) -> Iterator[Band]:
    if not shape.has(State.SENT):
        return
    nobodys = [_NOBODYS_SENT] if shape.is_nobodys else []
    if not shape.is_overdue:
        yield _band((IS_SENT, *shape.where, *nobodys), ("rank", "is_marked", *_SENT))
        return
    for lead, where in _by_urgency(shape):
        yield _band((IS_SENT, *where, *nobodys, _SENT_LATE), _SENT, lead)


def _due_today(shape: Shape) -> Iterator[Band]:
    owed = _SENT_LATE if shape.is_overdue else Handoff.due_at <= TONIGHT
    dated = _DATED_LATE if shape.is_overdue else Handoff.next_on <= TODAY
    nobodys = [_NOBODYS_SENT] if shape.is_nobodys else []
    for lead, where in _by_urgency(shape):
        if shape.has(State.SENT):
            yield _band((IS_SENT, *where, *nobodys, owed), _SENT, (*lead, 0))
        if shape.has(*DATED):
            yield _band((*shape.is_dated, *where, dated), _DATED, (*lead, 1))


def _moving(shape: Shape) -> Iterator[Band]:
    if not shape.has(*DATED):
        return
    late = [_DATED_LATE] if shape.is_overdue else []
    if shape.urgency is None and not shape.has_area and shape.state is None and not shape.had:
        yield _band((IS_DATED, *shape.where, *late), _DATED)
        return
    for _, where in _by_urgency(shape):
        yield _band((*shape.is_dated, *where, *late), _DATED)


def _closed(shape: Shape) -> Iterator[Band]:
    # What ended is nobody's.
    if shape.is_overdue or shape.is_own or not shape.has(*ENDED):
        return
    shape = replace(shape, is_nobodys=False)
    is_by_rank = shape.has_area or shape.state is not None
    ranks = shape.ranks if is_by_rank else shape.ranks[:1]
    for rank in ranks:
        where = [*shape.in_area, Handoff.rank == rank] if is_by_rank else shape.where
        yield _band((IS_CLOSED, *shape.in_state, *where), _ENDED)


def _few(view: View, *tail: str) -> Callable[[Shape], Iterator[Band]]:
    """A list that stays short, since each row leaves it once somebody has seen to it."""

    def bands(shape: Shape) -> Iterator[Band]:
        late = [_IS_LATE] if shape.is_overdue else []
        where = (*shape.where, *shape.in_state, *late)
        yield Band(lambda handoffs: queue.VIEWS[view](handoffs)[0].where(*where), tail)

    return bands


def _by_urgency(shape: Shape) -> Iterator[tuple[tuple[int, ...], list[Condition]]]:
    """Every rank with what is marked last in it, as their own conditions."""
    for rank in shape.ranks:
        for is_marked in (False, True):
            alike = [Handoff.rank == rank, Handoff.is_marked.is_(is_marked)]
            yield (rank, int(is_marked)), [*shape.in_area, *shape.had, *alike]


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
