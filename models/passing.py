"""Where a thread may be passed on to, and which desks fit: by area, field and what they take on."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa

from models import sign
from models.desk import Desk
from models.errors import Unreadable
from models.handoff import Handoff, Verb
from models.membership import staffed
from models.routing import desks_around
from models.town_time import local_date


@dataclass(frozen=True)
class Target:
    """A desk that may get it; with a reason it is proposed."""

    desk: Desk
    receives_area: bool = False
    """It receives notes of the area this one is about."""
    fields: tuple[str, ...] = ()
    """The fields of the note's signs that it says it takes on."""

    @property
    def fits(self) -> bool:
        """Whether it is proposed."""
        return self.receives_area or bool(self.fields)


def targets(handoff: Handoff) -> list[Target]:
    """Every desk that may get it, those that fit best first; then the core, then by name.

    A desk that nobody staffs now is never proposed: what it gets goes to its backup.
    """
    if not handoff.can(Verb.PASS_ON):
        return []
    session, area_id = handoff.session, handoff.thread.observation.area_id
    around = set() if area_id is None else desks_around(session, area_id)
    there, fields = staffed(session), _fields_of(handoff)
    desks = session.scalars(sa.select(Desk).order_by(Desk.name, Desk.id))
    found = [
        _target(one, around & there, fields if one.id in there else ())
        for one in desks
        if may_go_to(handoff, one)
    ]
    return sorted(found, key=_rank)


def told_day(handoff: Handoff, at: dt.datetime) -> dt.datetime | dt.date:
    """A time of the note, as its desk is told it: the day alone where it was passed on to it."""
    return at if handoff.from_id is None else local_date(at)


def told_at(handoff: Handoff, at: dt.datetime) -> dt.datetime | dt.date:
    """The same of what else happened, if that was before it came."""
    return told_day(handoff, at) if at < handoff.sent_at else at


def may_go_to(handoff: Handoff, desk: Desk) -> bool:
    """Whether a desk may be chosen at all: another one, that takes such an urgency."""
    return desk.id != handoff.desk_id and desk.takes(handoff.urgency)


def _target(desk: Desk, around: set[uuid.UUID], fields: Iterable[str]) -> Target:
    taken_on = tuple(one for one in fields if one in desk.takes_on)
    return Target(desk, desk.id in around, taken_on)


def _rank(target: Target) -> tuple[int, bool, bool]:
    reasons = target.receives_area + bool(target.fields)
    return -reasons, not target.receives_area, not target.desk.is_core


def _fields_of(handoff: Handoff) -> tuple[str, ...]:
    """The fields of the note's signs, in their published order; none of what nobody can read."""
    try:
        ticked = sign.fields_of(handoff.thread.observation.body.get("signs", ()))
    except Unreadable:
        return ()
    return tuple(field for field in sign.Field if field in ticked)
