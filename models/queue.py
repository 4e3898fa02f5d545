"""A desk's lists: what stands in each of them, how many, and whether anything moved.

Every statement here is made once and asked with `params`; `paging` brings the rows.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import lru_cache
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import InstrumentedAttribute, aliased

from models.base import UtcDateTime
from models.delivery import Delivery
from models.desk import Desk
from models.handoff import UNDO, Handoff, State
from models.phone import Phone
from models.reporter import Reporter
from models.town_time import TOKYO, local_date
from models.unreached import unreached

PAGE_SIZE = 50
COUNT_LIMIT = 99
"""Counts stop here, so that a full desk costs no more than a quiet one."""
AT_ONCE = 100
"""As many as one tap takes, and its undo."""
LATELY_LIMIT = 2 * AT_ONCE
"""More than anybody acknowledges in ten seconds."""

Handoffs = sa.Select[Handoff]
Phones = sa.Select[Phone]
Asked = tuple[Handoffs, dict[str, Any]]
"""A statement and what it is asked with."""
_Column = InstrumentedAttribute[Any]

DESK = sa.bindparam("desk", type_=sa.Uuid())
NOW = sa.bindparam("now", type_=UtcDateTime())
TONIGHT = sa.bindparam("tonight", type_=UtcDateTime())
TODAY = sa.bindparam("today", type_=sa.Date())
_ONE = sa.bindparam("one", type_=sa.Uuid())
_SINCE = sa.bindparam("since", type_=UtcDateTime())
_ONE_MORE = sa.bindparam("one_more", type_=sa.Integer())


def params(desk: Desk, now: dt.datetime) -> dict[str, Any]:
    """What the statements of a desk's lists are asked with."""
    # Midnight, not closing: the duty desk owes its most urgent answers after that.
    tonight = dt.datetime.combine(local_date(now), dt.time.max, TOKYO).astimezone(dt.UTC)
    return {
        "desk": desk.id,
        "now": now,
        "tonight": tonight,
        "today": local_date(now),
        "one_more": COUNT_LIMIT + 1,
    }


def is_among(handoffs: Handoffs, one: Any) -> sa.ColumnElement[bool]:
    """Whether `one`, an alias of Handoff, is among `handoffs`: asked of each that was found by id.

    Were its desk asked for in one go with its id, SQLite would look through the whole desk.
    """
    return (
        handoffs.with_only_columns(Handoff.id).where(Handoff.id == one.id).correlate(one).exists()
    )


class View(StrEnum):
    """The desk's lists, in the order of the tabs."""

    TO_ACKNOWLEDGE = "waiting"
    DUE_TODAY = "today"
    TO_TELEPHONE = "telephone"
    ANSWERED = "answered"
    MOVING = "moving"
    CLOSED = "closed"


IS_HERE = Handoff.desk_id == DESK
IS_ROW = Handoff.storm_id.is_(None)
"""Not folded under another about the same place, of which `storms` decides."""
IS_WAITING = sa.and_(IS_HERE, Handoff.state == State.SENT)
IS_SENT = sa.and_(IS_WAITING, IS_ROW)
IS_HELD = sa.and_(IS_HERE, Handoff.state == State.HELD, IS_ROW)
# A next date comes with the acknowledgement. To ask for the state as well would change nothing,
# and make PostgreSQL expect so few rows that it sorts them all.
IS_DATED = sa.and_(IS_HERE, Handoff.is_open.is_(True), Handoff.next_on.is_not(None))
OWN = Handoff.claimed_by_id == sa.bindparam("own", type_=sa.Uuid())
IS_CLOSED = sa.and_(IS_HERE, sa.not_(Handoff.is_open))


def to_acknowledge(handoffs: Handoffs) -> list[Handoffs]:
    """What nobody has acknowledged yet."""
    return [handoffs.where(IS_SENT)]


def due_today(handoffs: Handoffs) -> list[Handoffs]:
    """What is owed before the town's day ends: an acknowledgement, or the word of a next date."""
    return [
        handoffs.where(IS_SENT, Handoff.due_at <= TONIGHT),
        handoffs.where(IS_DATED, Handoff.next_on <= TODAY),
    ]


def with_folded(part: Handoffs, handoffs: Handoffs, *where: sa.ColumnElement[bool]) -> Handoffs:
    """What is folded under the rows of a part, as far as rows are counted.

    `where`: what makes a row one of its list holds of each of these for itself, too.
    """
    one = aliased(Handoff)
    rows = part.with_only_columns(Handoff.id).limit(_ONE_MORE).subquery()
    under = one.storm_id.is_not(None), one.storm_id.in_(sa.select(rows.c.id))
    return sa.select(one).where(*under, is_among(handoffs.where(*where), one))


def to_telephone(handoffs: Handoffs) -> list[Handoffs]:
    """Whose reporter no channel reached with a reply of this desk, where there is a number.

    Nobody is telephoned about what is sealed.
    """
    # A join, so that the database begins with the few that are owed, not with the whole desk.
    calls = unreached(DESK).join(Reporter, Reporter.thread_id == Delivery.thread_id)
    callable_ = calls.where(Reporter.has_number.is_not(False)).order_by(None)
    owed = callable_.with_only_columns(Delivery.handoff_id).distinct().subquery()
    here = handoffs.join(owed, owed.c.handoff_id == Handoff.id)
    return [here.where(IS_HERE, Handoff.is_sealed.is_(False))]


def answered(handoffs: Handoffs) -> list[Handoffs]:
    """Where the reporter said something that nobody here has opened since."""
    return [handoffs.where(IS_HERE, Handoff.answered_at.is_not(None))]


def moving(handoffs: Handoffs) -> list[Handoffs]:
    """What is acknowledged and not closed."""
    return [handoffs.where(IS_DATED)]


def closed(handoffs: Handoffs) -> list[Handoffs]:
    """What ended here: closed, passed on or returned."""
    return [handoffs.where(IS_CLOSED)]


VIEWS: Mapping[View, Callable[[Handoffs], list[Handoffs]]] = {
    View.TO_ACKNOWLEDGE: to_acknowledge,
    View.DUE_TODAY: due_today,
    View.TO_TELEPHONE: to_telephone,
    View.ANSWERED: answered,
    View.MOVING: moving,
    View.CLOSED: closed,
}
"""What stands in each list, in parts that share no row and are each found by one index."""


@lru_cache(maxsize=64)
def lately(handoffs: Handoffs) -> Handoffs:
    """What one person acknowledged so lately that they can undo it, the newest first.

    Asked with `lately_params`; nothing stands there to which anything was done since. Where one
    more than LATELY_LIMIT comes, the oldest tap may not be whole.
    """
    can_undo = sa.and_(
        Handoff.is_open.is_(True),
        Handoff.state == State.RECEIVED,
        Handoff.last_at > _SINCE,
        Handoff.last_by_id == _ONE,
        Handoff.before.is_not(sa.null()),
    )
    newest = handoffs.where(IS_HERE, can_undo).order_by(Handoff.last_at.desc(), Handoff.id.desc())
    return newest.limit(LATELY_LIMIT + 1)


def lately_params(desk: Desk, person_id: uuid.UUID | None, now: dt.datetime) -> dict[str, Any]:
    """What `lately` is asked with."""
    return {"desk": desk.id, "one": person_id, "since": now - UNDO}


@lru_cache(maxsize=64)
def counts(handoffs: Handoffs, phones: Phones, held: Handoffs | None = None) -> sa.Select[Any]:
    """How many notes each view but the last has, as one row; one above COUNT_LIMIT is "more".

    Notes that stand as one row are as many as they are: each is owed its own answer.

    With them, by which a list knows that it is out of date, the columns of `pulse`.
    """
    columns: list[sa.ColumnElement[Any]] = [
        capped(_counted(view, handoffs)).label(view.value)
        for view in View
        if view not in (View.TO_ACKNOWLEDGE, View.TO_TELEPHONE, View.CLOSED)
    ]
    return sa.select(*_pulse(handoffs, phones, held), *columns)


@lru_cache(maxsize=64)
def pulse(handoffs: Handoffs, phones: Phones, held: Handoffs | None = None) -> sa.Select[Any]:
    """By what a list knows that it is out of date, as one row, found by index at any size.

    How many wait and how many are to be telephoned, silent phones among them, when something
    last moved, changed hands, was marked, raised or ended, and when a reporter last said something.
    `held`: at the core alone, what whoever asks may place, of which it has the number as well.
    """
    return sa.select(*_pulse(handoffs, phones, held))


def _pulse(handoffs: Handoffs, phones: Phones, held: Handoffs | None) -> list[Any]:
    here = handoffs.where(IS_HERE)
    answers = here.where(Handoff.answered_at.is_not(None))
    return [
        *([] if held is None else [capped([held.where(IS_HELD)]).label(State.HELD.value)]),
        capped(_counted(View.TO_ACKNOWLEDGE, handoffs)).label(View.TO_ACKNOWLEDGE.value),
        (capped(to_telephone(handoffs)) + _silent(phones)).label(View.TO_TELEPHONE.value),
        _newest(here.where(Handoff.is_open.is_(True)), Handoff.last_at).label("moved_at"),
        _newest(here.where(Handoff.is_open.is_(False)), Handoff.last_at).label("ended_at"),
        _newest(answers, Handoff.answered_at).label("said_at"),
        _newest(here.where(Handoff.claim_at.is_not(None)), Handoff.claim_at).label("claim_at"),
    ]


def _counted(view: View, handoffs: Handoffs) -> list[Handoffs]:
    parts = VIEWS[view](handoffs)
    if view is View.TO_ACKNOWLEDGE:
        return [*parts, with_folded(parts[0], handoffs)]
    if view is View.DUE_TODAY:
        return [*parts, with_folded(parts[0], handoffs, Handoff.due_at <= TONIGHT)]
    return parts


def _silent(phones: Phones) -> sa.ScalarSelect[int]:
    some = phones.where(Phone.desk_id == DESK, Phone.waiting_for_call())
    ids = some.with_only_columns(Phone.device_id).limit(_ONE_MORE).subquery()
    return sa.select(sa.func.count()).select_from(ids).scalar_subquery()


def _newest(listed: Handoffs, column: _Column) -> sa.ScalarSelect[Any]:
    return listed.with_only_columns(column).order_by(column.desc()).limit(1).scalar_subquery()


def capped(parts: list[Handoffs]) -> sa.ScalarSelect[int]:
    """How many rows all parts have, found no further than the limit and one more."""
    some = [
        part.with_only_columns(part.selected_columns.id).limit(_ONE_MORE).subquery()
        for part in parts
    ]
    ids = sa.union_all(*[sa.select(one) for one in some]) if some[1:] else sa.select(some[0])
    return sa.select(sa.func.count()).select_from(ids.subquery()).scalar_subquery()
