"""A desk's opening hours as the town's clock has them: instants in and out are aware UTC."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from models.errors import DomainError
from models.town_time import TOKYO, local_date

Hours = Mapping[int, Sequence[tuple[dt.time, dt.time]]]

_SEARCH_DAYS = 400
_ONE_DAY = dt.timedelta(days=1)
_MINUTE = dt.timedelta(minutes=1)
# A clock's face alone: Python's reader also takes seconds and zones, which no span can hold.
_WRITTEN = re.compile(r"[0-9]{2}:[0-9]{2}")


class NoHours(DomainError):
    """The desk does not open within more than a year."""

    key = "problem.no_hours"


class WrongHours(DomainError):
    """Hours that are no times of a clock, end before they begin, or belong to no weekday."""

    key = "problem.wrong_hours"


@dataclass(frozen=True)
class OpeningCalendar:
    """Weekday (0 is Monday) → spans of opening, and further days on which it is closed.

    A span that ends at 00:00 lasts until midnight. Closed on Japanese public holidays with
    their substitutes, and from 29 December to 3 January. Raises WrongHours.
    """

    hours: Hours
    closed_on: frozenset[dt.date] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        for weekday, spans in self.hours.items():
            if weekday not in range(7) or any(_length(*span) <= 0 for span in spans):
                raise WrongHours

    def opens_on(self, day: dt.date) -> bool:
        """Whether the desk opens at all on a day of the town."""
        return bool(self.hours.get(day.weekday())) and not (
            day in self.closed_on or is_public_closing(day)
        )

    def is_open(self, at: dt.datetime) -> bool:
        """Whether the desk is open at an instant; its closing time itself is closed."""
        return any(start <= at < end for start, end in self._spans_on(local_date(at)))

    def next_opening(self, at: dt.datetime) -> dt.datetime:
        """When the desk opens next, later than `at`; raises NoHours."""
        return next(start for start, _ in self._spans_from(local_date(at)) if start > at)

    def closing(self, at: dt.datetime) -> dt.datetime | None:
        """When the desk closes for good on the town's day of `at`; None on a closed day."""
        spans = self._spans_on(local_date(at))
        return spans[-1][1] if spans else None

    def closing_on(self, day: dt.date) -> dt.datetime:
        """When the desk closes on a day on which it opens; raises NoHours for any other."""
        spans = self._spans_on(day)
        if not spans:
            raise NoHours
        return spans[-1][1]

    def add_business_days(self, day: dt.date, n: int) -> dt.date:
        """The n-th opening day after `day` (n = 1 is the next one); raises NoHours."""
        for _ in range(n):
            day = self._next_day(day)
        return day

    def add_open_minutes(self, at: dt.datetime, n: int) -> dt.datetime:
        """When n minutes of opening time have passed since `at`; raises NoHours."""
        left = n * _MINUTE
        spans = self._spans_from(local_date(at))
        while True:
            start, end = next(spans)
            begin = max(start, at)
            if begin + left <= end:
                return begin + left
            left -= max(end - begin, dt.timedelta())

    def next_time(self, times: Sequence[dt.time], at: dt.datetime) -> dt.datetime:
        """The first of some times of the clock, later than `at`, at which the desk is open.

        One at which it is closed counts as it opens next on that day; a day with none of them
        has its opening. Raises NoHours.
        """
        day = local_date(at)
        while True:
            later = [time for time in self._times_on(day, times) if time > at]
            if later:
                return min(later)
            day = self._next_day(day)

    def _times_on(self, day: dt.date, times: Sequence[dt.time]) -> list[dt.datetime]:
        spans = self._spans_on(day)
        named = [dt.datetime.combine(day, time, TOKYO).astimezone(dt.UTC) for time in times]
        found = [max(start, time) for time in named for start, end in spans if end > time]
        return found or [start for start, _ in spans[:1]]

    def _next_day(self, day: dt.date) -> dt.date:
        for step in range(1, _SEARCH_DAYS + 1):
            if self.opens_on(day + step * _ONE_DAY):
                return day + step * _ONE_DAY
        raise NoHours

    def _spans_from(self, day: dt.date) -> Iterator[tuple[dt.datetime, dt.datetime]]:
        """Every span from `day` on, without end; raises NoHours where no more come."""
        while True:
            yield from self._spans_on(day)
            day = self._next_day(day)

    def _spans_on(self, day: dt.date) -> list[tuple[dt.datetime, dt.datetime]]:
        if not self.opens_on(day):
            return []
        joined: list[tuple[dt.datetime, dt.datetime]] = []
        for opens, closes in sorted(self.hours[day.weekday()]):
            start = dt.datetime.combine(day, opens, TOKYO).astimezone(dt.UTC)
            end = start + _length(opens, closes) * _MINUTE
            if joined and start <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], end))
            else:
                joined.append((start, end))
        return joined


def check_written(hours: Mapping[str, Sequence[Sequence[str]]]) -> None:
    """Raise WrongHours unless spans are pairs of HH:MM, each begun after the one before is over.

    Hours: weekday "0" (Monday) to "6" → spans.
    """
    read = {int(day): [(_time(a), _time(b)) for a, b in spans] for day, spans in hours.items()}
    OpeningCalendar(read)
    for spans in read.values():
        if any(not dt.time() < end <= start for (_, end), (start, _) in pairwise(spans)):
            raise WrongHours


def is_public_closing(day: dt.date) -> bool:
    """Whether offices are closed all over Japan beside weekends (国民の祝日に関する法律 第3条).

    29 December to 3 January as 行政機関の休日に関する法律 第1条 has it.
    """
    return (
        (day.month, day.day) >= (12, 29)
        or (day.month, day.day) <= (1, 3)
        or (day in _holidays(day.year))
    )


@lru_cache(maxsize=8)
def _holidays(year: int) -> frozenset[dt.date]:
    # 4 MB that a process needs only once it reckons a deadline.
    import holidays  # noqa: PLC0415

    return frozenset(holidays.country_holidays("JP", years=year))


def _time(written: str) -> dt.time:
    try:
        if _WRITTEN.fullmatch(written):
            return dt.time.fromisoformat(written)
    except ValueError:
        pass
    raise WrongHours


def _length(opens: dt.time, closes: dt.time) -> int:
    """Minutes of a span; 00:00 as its end is midnight."""
    end = closes.hour * 60 + closes.minute or 24 * 60
    return end - opens.hour * 60 - opens.minute
