"""Likely companions of a note: the notes of its desk that are opened in memory, and no more.

Looked at is what is open, and what ended last, up to MOST; of older ones those that meet the note
in a blind index. The caller's selection holds what the reader may read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from functools import lru_cache
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session, aliased

from models import narrowing, normalise
from models.area import Area, AreaKind
from models.base import keys_of, run
from models.clue import Clue, clues_of
from models.draft import Draft
from models.errors import Unreadable
from models.handoff import Handoff, State
from models.household import likeness, whereabouts
from models.household.likeness import Companion, Sketch
from models.household.whereabouts import Towns, Whereabouts
from models.observation import Observation, opened
from models.queue import IS_HERE, Handoffs, is_among
from models.thread import Thread, key_of
from models.town_time import local_date

MOST = 3000
"""How many of the notes that ended at a desk are opened."""
OPEN = 20_000
"""What is open is looked at whole; this alone bounds what a flood of notes could cost."""
OLDER = 200
"""How many of those that meet in a blind index."""
SHOWN = 5
_IS_OWN = Handoff.state.not_in((State.HELD, State.PASSED_ON, State.RETURNED))
"""Its desk answers, or ended it; what went on is another desk's to gather."""


class Near(NamedTuple):
    """A note that may be a companion."""

    thread_id: uuid.UUID
    is_sealed: bool
    wrapped_key: bytes
    note_id: uuid.UUID
    sealed_body: bytes
    received_at: dt.datetime
    area_kind: AreaKind | None
    folded: str | None

    def body(self, session: Session) -> dict[str, Any]:
        """What was written; raises Unreadable once forgotten."""
        key = key_of(keys_of(session), self.thread_id, self.wrapped_key, sealed=self.is_sealed)
        return opened(key, self.note_id, self.sealed_body)


class Found(NamedTuple):
    """A likely companion: its thread, and why."""

    thread_id: uuid.UUID
    companion: Companion


class Looked(NamedTuple):
    """What was found, the likeliest first, and whether older notes were left unopened."""

    found: list[Found]
    is_bounded: bool


def companions(
    session: Session,
    handoff: Handoff,
    readable: Handoffs,
    gathered: Collection[uuid.UUID],
    *,
    sealed: bool,
) -> Looked:
    """The likely companions of a note among `readable`, without those it is `gathered` with.

    `sealed`: whether the reader is of the sealed team, for whom sealed notes are looked up, too.
    """
    try:
        own = _sketch_of(handoff, towns := _towns(session))
    except Unreadable:
        return Looked([], is_bounded=False)
    rows, is_bounded = _rows(session, handoff, readable)
    met = {row.thread_id: row for row in _met(session, handoff, readable, sealed=sealed)}
    every = {row.thread_id: row for row in rows} | met
    others = (row for of, row in every.items() if of not in gathered)
    found = [one for row in others if (one := _compared(session, own, row, towns)) is not None]
    found.sort(key=lambda one: (-one.companion.score, str(one.thread_id)))
    return Looked(found[:SHOWN], is_bounded)


def _rows(session: Session, handoff: Handoff, readable: Handoffs) -> tuple[list[Near], bool]:
    """Of the desk's newest those that may lie near; the rest is not opened."""
    area_id = handoff.area_id
    around = () if area_id is None else tuple(narrowing.around(session, area_id))
    here = {"desk": handoff.desk_id, "open": OPEN, "ended": MOST}
    asked = {**here, "around": around, "all": area_id is None}
    rows = run(session, _newest(readable), asked).all()
    if rows:
        is_bounded = rows[0][-1]
    else:
        is_bounded = run(session, sa.select(_has_more(readable)), here).scalar_one()
    return [Near._make(row[:-1]) for row in rows], bool(is_bounded)


def _met(session: Session, handoff: Handoff, readable: Handoffs, *, sealed: bool) -> list[Near]:
    """What has the same place or name as a blind index holds them, however old."""
    note = handoff.thread.observation
    house, called = (note.body.get(name, "") for name in ("place_detail", "called"))
    told = Draft(place_detail=house, called=called)
    tokens = {
        token
        for kind in {False, sealed}
        for token in clues_of(session, told, note.area_id, sealed=kind).values()
    }
    if not tokens:
        return []
    rows = run(session, _meeting(readable), {"tokens": sorted(tokens)}).all()
    return [Near._make(row) for row in rows]


_COLUMNS: tuple[Any, ...] = (
    Handoff.thread_id,
    Thread.is_sealed,
    Thread.wrapped_key,
    Observation.id,
    Observation.sealed_body,
    Observation.received_at,
    Area.kind,
    Area.folded,
)


@lru_cache(maxsize=64)
def _newest(readable: Handoffs) -> sa.Select[Any]:
    """What is open and what ended last, along one index each; with whether there is more."""
    parts = (one.limit(most).subquery() for one, most in _parts(readable))
    newest = sa.union_all(*(sa.select(one) for one in parts))
    near = sa.or_(
        Handoff.area_id.in_(sa.bindparam("around", expanding=True)),
        Handoff.area_id.is_(None),
        sa.bindparam("all", type_=sa.Boolean()),
    )
    chosen = sa.select(Handoff).where(Handoff.id.in_(newest), near)
    return _with_notes(chosen, _has_more(readable))


@lru_cache(maxsize=64)
def _has_more(readable: Handoffs) -> sa.ColumnElement[bool]:
    """Whether older notes are left unopened."""
    beyond = (one.offset(most).limit(1).subquery() for one, most in _parts(readable))
    return sa.or_(*(sa.exists(sa.select(one)) for one in beyond))


def _parts(readable: Handoffs) -> list[tuple[sa.Select[Any], sa.BindParameter[int]]]:
    """The ids of what is open, and of what ended, the newest first; and the most of each."""
    here = readable.with_only_columns(Handoff.id).where(IS_HERE, _IS_OWN)
    newest = here.order_by(Handoff.last_at.desc(), Handoff.id.desc())
    return [
        (newest.where(Handoff.is_open.is_(is_open)), sa.bindparam(most, type_=sa.Integer()))
        for is_open, most in ((True, "open"), (False, "ended"))
    ]


@lru_cache(maxsize=64)
def _meeting(readable: Handoffs) -> sa.Select[Any]:
    tokens = Clue.token.in_(sa.bindparam("tokens", expanding=True))
    notes = sa.select(Clue.observation_id).where(tokens)
    notes = notes.order_by(Clue.noted_at.desc()).limit(OLDER)
    one = aliased(Handoff)
    met = sa.select(one.id).join(Observation, Observation.thread_id == one.thread_id)
    met = met.where(Observation.id.in_(notes), is_among(readable.where(_IS_OWN), one))
    return _with_notes(sa.select(Handoff).where(Handoff.id.in_(met))).limit(OLDER)


def _with_notes(handoffs: Handoffs, *more: sa.ColumnElement[Any]) -> sa.Select[Any]:
    return (
        handoffs.with_only_columns(*_COLUMNS, *more)
        .join(Thread, Thread.id == Handoff.thread_id)
        .join(Observation, Observation.thread_id == Handoff.thread_id)
        .outerjoin(Area, Area.id == Observation.area_id)
        .where(Observation.sealed_body.is_not(None))
    )


def _towns(session: Session) -> Towns:
    """The names by which a place may begin, as the town's own list has them."""
    rows = session.execute(_NAMES).all()
    wholes = tuple(row.folded for row in rows if row.kind is AreaKind.MUNICIPALITY and row.folded)
    return Towns(wholes, frozenset(row.folded for row in rows if row.kind is AreaKind.TOWN))


_NAMES = sa.select(Area.folded, Area.kind).where(
    Area.kind.in_((AreaKind.MUNICIPALITY, AreaKind.TOWN))
)


def _sketch_of(handoff: Handoff, towns: Towns) -> Sketch:
    note, area = handoff.thread.observation, handoff.thread.observation.area
    kind, folded = (None, None) if area is None else (area.kind, area.folded)
    return _sketch(_place(note.body, kind, folded, towns), note.body, note.received_at)


def _compared(session: Session, own: Sketch, row: Near, towns: Towns) -> Found | None:
    """The likeness of a note; its name is read only where its place may be the same."""
    if row.area_kind is AreaKind.TOWN and own.place.town not in ("", row.folded):
        return None
    try:
        body = row.body(session)
    except Unreadable:
        return None
    where = _place(body, row.area_kind, row.folded, towns)
    if likeness.place_of(own.place, where) is likeness.Place.DIFFERENT:
        return None
    companion = likeness.compare(own, _sketch(where, body, row.received_at))
    return None if companion is None else Found(row.thread_id, companion)


def _place(
    body: dict[str, Any], kind: AreaKind | None, area: str | None, towns: Towns
) -> Whereabouts:
    """As its writer gave it: the town that was found is part of it, a larger area is not."""
    detail: str = body.get("place_detail", "")
    typed: str = body.get("place", "")
    if kind is AreaKind.TOWN and area:
        # Some write the whole address where its town is asked for, 大字 before it, too.
        folded = normalise.place(typed)
        is_whole = folded[:1] == area[:1] and len(folded) > len(area)
        return whereabouts.understood(f"{typed} {detail}" if is_whole else detail, towns, area)
    found = whereabouts.understood(f"{typed} {detail}", towns)
    if kind is None or found.town in towns.names:
        return found
    return whereabouts.understood(detail, towns)


def _sketch(place: Whereabouts, body: dict[str, Any], at: dt.datetime) -> Sketch:
    signs = tuple(body.get("signs", ()))
    return likeness.sketch_at(place, body.get("called", ""), local_date(at), signs)
