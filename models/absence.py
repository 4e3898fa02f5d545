"""お休み: a member of a desk is absent for some days; why is asked nowhere."""

from __future__ import annotations

import datetime as dt

from models import audit
from models.errors import Invalid
from models.membership import Membership
from models.person import Person
from models.town_time import local_date

LONGEST = dt.timedelta(days=366)


def mark(
    membership: Membership, first_on: dt.date, last_on: dt.date, by: Person, now: dt.datetime
) -> None:
    """Absent from the first day to the last, both with it; an earlier word is replaced.

    Raises Invalid for days that have gone by, turn round, or lie more than a year ahead.
    """
    today = local_date(now)
    if not max(today, first_on) <= last_on <= today + LONGEST:
        raise Invalid("desk.problem.away_days", "last_on")
    membership.away_from, membership.away_until = first_on, last_on
    _record(membership, "mark_away", by, now)


def end(membership: Membership, by: Person, now: dt.datetime) -> None:
    """Back already, or not away after all; done twice it is done once."""
    if membership.away_until is not None:
        membership.away_from = membership.away_until = None
        _record(membership, "end_away", by, now)


def _record(membership: Membership, act: str, by: Person, now: dt.datetime) -> None:
    audit.record(
        membership.session,
        act,
        membership,
        now=now,
        by=by.id,
        desk_id=membership.desk_id,
        to=membership.person_id,
    )
