"""When a member of staff is told: at once, in a summary, or not at all.

Outside a desk's opening hours nothing reaches its members but `today` and `now`, and those only
who are on duty; what is kept back comes together as the desk opens. In opening hours each hears
as they chose; what the watch tells, and what is in a hurry, comes to everybody at once. Of all
else nothing comes to who is away, while somebody who hears of it is here.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field

from models.calendar import NoHours, OpeningCalendar
from models.desk import Desk
from models.membership import Reader
from models.person import TellOf
from models.town_time import local_date

SUMMARY_TIMES = (dt.time(8, 30), dt.time(13))
"""On the town's clock, on the desk's opening days, and while it is open."""


@dataclass
class Plan:
    """Who is told at once, and for whom it is kept until a summary, from when on."""

    at_once: list[uuid.UUID] = field(default_factory=list)
    kept: dict[uuid.UUID, dt.datetime] = field(default_factory=dict)


def plan(
    told: Sequence[Reader], desk: Desk, now: dt.datetime, *, is_hurried: bool, is_owed: bool
) -> Plan:
    """How a desk's readers hear of something; who chose not to hear of it stands nowhere.

    `is_owed`: nobody may choose not to hear of it (DESIGN, promise 3). A desk that never opens
    has no hours to be quiet in.
    """
    found, calendar = Plan(), desk.calendar
    opening = None if calendar.is_open(now) else _next_opening(calendar, now)
    on_duty = _on_duty(told, desk, local_date(now)) if is_hurried else frozenset()
    if not (is_hurried or is_owed):
        told = _here(told, local_date(opening or now))
    for one in told:
        until = None if one.person_id in on_duty else opening
        if not (is_hurried or is_owed):
            if one.tell_of is TellOf.HURRIED:
                continue
            if one.tell_of is TellOf.TWICE:
                until = _next_summary(calendar, now)
        if until is None:
            found.at_once.append(one.person_id)
        else:
            found.kept[one.person_id] = until
    return found


def _here(told: Sequence[Reader], day: dt.date) -> Sequence[Reader]:
    """Without whoever is away on the day; all of them where nobody else would hear of it."""
    here = [one for one in told if not one.is_away(day)]
    return here if any(one.tell_of is not TellOf.HURRIED for one in here) else told


def _on_duty(told: Sequence[Reader], desk: Desk, today: dt.date) -> frozenset[uuid.UUID]:
    """Who hears of it whatever the hour: those of the duty list who are here today.

    Where nobody is, everybody does.
    """
    if not desk.has_duty:
        return frozenset()
    listed = [one for one in told if one.on_duty and not one.is_away(today)] or told
    return frozenset(one.person_id for one in listed)


def _next_opening(calendar: OpeningCalendar, now: dt.datetime) -> dt.datetime | None:
    try:
        return calendar.next_opening(now)
    except NoHours:
        return None


def _next_summary(calendar: OpeningCalendar, now: dt.datetime) -> dt.datetime | None:
    try:
        return calendar.next_time(SUMMARY_TIMES, now)
    except NoHours:
        return None
