"""What a desk owes from the moment it has a handoff."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from models import deadline
from models.handoff import storms
from models.town_time import local_date
from models.unreached import calls_go_to

if TYPE_CHECKING:
    from models.desk import Desk
    from models.handoff.entity import Handoff


def give(handoff: Handoff, to: Desk) -> None:
    """Another desk owns the obligation, and with it the calls for what reached nobody.

    Nobody has it there yet.
    """
    handoff.desk, handoff.claimed_by_id = to, None
    calls_go_to(handoff.session, handoff.id, to.id)


def owe(handoff: Handoff, now: dt.datetime, *, is_of_many: bool = False) -> None:
    """The desk that owns it now owes the acknowledgement by a new deadline.

    `is_of_many`: it was one row with others where it comes from, and is one with them here.
    """
    handoff.came_at, handoff.due_at = now, moved_due_at(handoff, handoff.desk, now)
    handoff.watch_at, handoff.is_warned = deadline.warn_at(handoff.due_at, now), False
    storms.join(handoff.session, handoff, is_of_many=is_of_many)


def bring_forward(handoff: Handoff, due_at: dt.datetime, now: dt.datetime) -> None:
    """A date that was named counts no later than a new deadline.

    Two weeks ahead was right for work under way, not for work that came to others; a day that
    passed meanwhile begins anew.
    """
    if handoff.next_on is not None:
        today = local_date(now)
        handoff._promise(min(max(handoff.next_on, today), local_date(due_at)))


def moved_due_at(handoff: Handoff, to: Desk, now: dt.datetime) -> dt.datetime:
    """When another desk must have acknowledged what it gets now."""
    return deadline.moved_due_at(
        handoff.urgency, now, to.calendar, to.promise, has_duty=to.has_duty
    )
