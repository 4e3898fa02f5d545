"""Who is told that a second person is asked, and whoever asked that somebody decided."""

from __future__ import annotations

import datetime as dt
import uuid

from models import conflict
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.membership import Membership
from models.reveal.entity import Reveal, RevealKind


def to_decide(reveal: Reveal, now: dt.datetime) -> None:
    """Tell everybody who may be the second person, at once."""
    people = sorted(seconds(reveal))
    _tell(reveal, people, now)


def decided(reveal: Reveal, now: dt.datetime) -> None:
    """Tell whoever asked."""
    _tell(reveal, [reveal.by_id], now)


def seconds(reveal: Reveal) -> set[uuid.UUID]:
    """The core, and of one thread whoever else reads it; nobody whom any of it concerns."""
    session, core = reveal.session, Desk.core(reveal.session)
    found = set() if core is None else _members(core)
    if reveal.kind is RevealKind.REPORTER:
        for thread in reveal.threads:
            desk = thread.handoff.desk
            found |= set() if desk.is_volunteer else _members(desk)
    denied = (conflict.denied(session, thread.id) for thread in reveal.threads)
    near = {one.person_id for one in reveal.denied}
    return found - {reveal.by_id} - near.union(*denied)


def _members(desk: Desk) -> set[uuid.UUID]:
    """Who stands at a desk; deputies from outside decide nothing."""
    return {one.person_id for one in Membership.active(desk.session, desk.id) if not one.is_deputy}


def _tell(reveal: Reveal, people: list[uuid.UUID], now: dt.datetime) -> None:
    """In the name of the one thread it is about, so that a seal or a conflict takes it along."""
    is_one = reveal.kind is RevealKind.REPORTER
    Delivery.queue_for(
        reveal.session,
        people,
        DeliveryKind.REVEAL,
        now=now,
        thread_id=next((one.id for one in reveal.threads), None) if is_one else None,
        desk_id=reveal.desk_id,
        high=reveal.is_danger,
    )
