"""When a desk owes its answer."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from models.calendar import NoHours, OpeningCalendar
from models.town_time import TOKYO, local_date
from models.urgency import Urgency

LAST_HOUR = dt.timedelta(minutes=60)
NEXT_DAYS = 14


@dataclass(frozen=True)
class Promise:
    """How soon a desk acknowledges: business days of its own, minutes of opening time."""

    memo_days: int = 5
    soon_days: int = 2
    now_minutes: int = 30

    def __post_init__(self) -> None:
        if min(self.memo_days, self.soon_days, self.now_minutes) < 1:
            raise ValueError("a promise is at least one day or minute")

    def days(self, urgency: Urgency) -> int:
        """Business days for `memo` and `soon`."""
        return self.memo_days if urgency is Urgency.MEMO else self.soon_days


def due_at(
    urgency: Urgency,
    arrived_at: dt.datetime,
    calendar: OpeningCalendar,
    promise: Promise,
    has_duty: bool,
) -> dt.datetime:
    """When a note that arrives now must be acknowledged.

    `memo` and `soon`: closing time of the n-th business day. `today`: closing time of the
    day. `now`: minutes of opening time. While the desk is closed or about to close, the duty
    list owes `today` and `now` within the hour, a desk without one an hour after it opens. A
    desk that never opens owes all within the hour, so that its backup soon has it.
    """
    try:
        return _due_at(urgency, arrived_at, calendar, promise, has_duty)
    except NoHours:
        return arrived_at + LAST_HOUR


def _due_at(
    urgency: Urgency,
    arrived_at: dt.datetime,
    calendar: OpeningCalendar,
    promise: Promise,
    has_duty: bool,
) -> dt.datetime:
    if not urgency.is_hurried:
        return _closing_after(arrived_at, calendar, promise.days(urgency))
    after = _too_late_until(arrived_at, calendar)
    if after is not None:
        return (arrived_at if has_duty else calendar.next_opening(after)) + LAST_HOUR
    if urgency is Urgency.TODAY:
        return calendar.closing_on(local_date(arrived_at))
    return calendar.add_open_minutes(arrived_at, promise.now_minutes)


def moved_due_at(
    urgency: Urgency,
    now: dt.datetime,
    calendar: OpeningCalendar,
    promise: Promise,
    has_duty: bool,
) -> dt.datetime:
    """When a new owner must acknowledge.

    The shorter of its own promise and one business day; `today` and `now`: 60 minutes of
    opening time, or of any time where a duty list covers the closed hours. A desk that never
    opens owes all within the hour, so that its backup soon has it.
    """
    try:
        if not urgency.is_hurried:
            return _closing_after(now, calendar, min(promise.days(urgency), 1))
        if has_duty:
            return now + LAST_HOUR
        return calendar.add_open_minutes(now, int(LAST_HOUR.total_seconds() // 60))
    except NoHours:
        return now + LAST_HOUR


def warn_at(due_at: dt.datetime, owed_since: dt.datetime) -> dt.datetime:
    """When the desk is told that a deadline comes near.

    An hour before, or as the last quarter begins where the whole is shorter than four hours.
    """
    return due_at - min(LAST_HOUR, (due_at - owed_since) / 4)


def day_after(day: dt.date) -> dt.datetime:
    """When a day of the town is over."""
    return dt.datetime.combine(day + dt.timedelta(days=1), dt.time(), TOKYO).astimezone(dt.UTC)


def opening_after(day: dt.date, calendar: OpeningCalendar) -> dt.datetime:
    """When a desk first opens after a day; the next day itself where it never opens."""
    try:
        return calendar.next_opening(day_after(day) - dt.timedelta.resolution)
    except NoHours:
        return day_after(day)


def is_after_hours(urgency: Urgency, at: dt.datetime, calendar: OpeningCalendar) -> bool:
    """Whether a note in a hurry comes while nobody can be counted on: telephone instead."""
    return urgency.is_hurried and _too_late_until(at, calendar) is not None


def default_next_on(today: dt.date) -> dt.date:
    """The next date of an acknowledgement that names none."""
    return today + dt.timedelta(days=NEXT_DAYS)


def usual_next_on(urgency: Urgency, today: dt.date, calendar: OpeningCalendar) -> dt.date:
    """The next date that a desk is offered: the next opening day for what is in a hurry."""
    return calendar.add_business_days(today, 1) if urgency.is_hurried else default_next_on(today)


def _closing_after(at: dt.datetime, calendar: OpeningCalendar, days: int) -> dt.datetime:
    return calendar.closing_on(calendar.add_business_days(local_date(at), days))


def _too_late_until(at: dt.datetime, calendar: OpeningCalendar) -> dt.datetime | None:
    """The instant after which the next opening counts; None with an hour or more left today."""
    closing = calendar.closing(at)
    if closing is None or not calendar.is_open(at):
        return at
    return closing if closing - at < LAST_HOUR else None
