"""Opening hours on the town's clock, holidays and the turn of the year."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import NoHours, OpeningCalendar, WrongHours, is_public_closing
from models.town_time import TOKYO

DAY = [(dt.time(8, 30), dt.time(17, 15))]
OFFICE = OpeningCalendar(dict.fromkeys(range(5), DAY))
WITH_LUNCH = OpeningCalendar(
    {
        key: [(dt.time(13), dt.time(17)), (dt.time(9), dt.time(12)), (dt.time(16), dt.time(18))]
        for key in range(5)
    }
)
ALWAYS = OpeningCalendar({key: [(dt.time(0), dt.time(0))] for key in range(7)})


def at(text: str) -> dt.datetime:
    """An instant, written on the town's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(dt.UTC)


@pytest.mark.parametrize(
    "day",
    [
        "2026-05-06",  # substitute for 3 May
        "2026-09-22",  # between two holidays
        "2026-11-23",
        "2026-12-29",
        "2027-01-03",
        "2026-11-21",  # Saturday
    ],
)
def test_an_office_is_closed_on_holidays_their_substitutes_and_at_the_turn_of_the_year(
    day: str,
) -> None:
    assert not OFFICE.opens_on(dt.date.fromisoformat(day))


@pytest.mark.parametrize("day", ["2026-12-28", "2027-01-04", "2026-11-24"])
def test_an_office_opens_on_the_working_days_beside_them(day: str) -> None:
    assert OFFICE.opens_on(dt.date.fromisoformat(day))


def test_a_desk_is_closed_on_its_own_closing_days() -> None:
    closed = OpeningCalendar({1: DAY}, frozenset({dt.date(2026, 11, 24)}))
    assert not closed.opens_on(dt.date(2026, 11, 24))
    assert closed.next_opening(at("2026-11-24T07:00")) == at("2026-12-01T08:30")


def test_opening_is_open_and_closing_time_is_closed() -> None:
    assert OFFICE.is_open(at("2026-11-24T08:30"))
    assert not OFFICE.is_open(at("2026-11-24T08:29"))
    assert not OFFICE.is_open(at("2026-11-24T17:15"))


def test_the_next_opening_is_later_than_now_also_while_open() -> None:
    assert OFFICE.next_opening(at("2026-11-24T08:30")) == at("2026-11-25T08:30")
    assert OFFICE.next_opening(at("2026-12-28T17:15")) == at("2027-01-04T08:30")
    assert WITH_LUNCH.next_opening(at("2026-11-24T10:00")) == at("2026-11-24T13:00")


def test_spans_that_overlap_are_one_and_the_last_closing_counts() -> None:
    assert WITH_LUNCH.closing(at("2026-11-24T10:00")) == at("2026-11-24T18:00")
    assert WITH_LUNCH.is_open(at("2026-11-24T17:30"))
    assert WITH_LUNCH.next_opening(at("2026-11-24T13:00")) == at("2026-11-25T09:00")


def test_a_closed_day_has_no_closing_time() -> None:
    assert OFFICE.closing(at("2026-11-23T10:00")) is None
    with pytest.raises(NoHours):
        OFFICE.closing_on(dt.date(2026, 11, 23))


def test_a_span_until_midnight_ends_with_the_day() -> None:
    assert ALWAYS.closing(at("2026-11-24T10:00")) == at("2026-11-25T00:00")
    assert ALWAYS.is_open(at("2026-11-24T23:59"))


def test_business_days_leave_out_holidays() -> None:
    friday = dt.date(2026, 11, 20)
    assert OFFICE.add_business_days(friday, 1) == dt.date(2026, 11, 24)
    assert OFFICE.add_business_days(friday, 2) == dt.date(2026, 11, 25)


def test_open_minutes_stop_at_lunch_and_at_night() -> None:
    assert WITH_LUNCH.add_open_minutes(at("2026-11-24T11:45"), 30) == at("2026-11-24T13:15")
    assert WITH_LUNCH.add_open_minutes(at("2026-11-24T11:45"), 15) == at("2026-11-24T12:00")
    assert OFFICE.add_open_minutes(at("2026-11-24T17:00"), 60) == at("2026-11-25T09:15")
    assert OFFICE.add_open_minutes(at("2026-11-24T20:00"), 60) == at("2026-11-25T09:30")


def test_a_desk_without_hours_says_so_instead_of_searching_for_ever() -> None:
    never = OpeningCalendar({})
    with pytest.raises(NoHours):
        never.next_opening(at("2026-11-24T10:00"))
    with pytest.raises(NoHours):
        never.add_open_minutes(at("2026-11-24T10:00"), 1)
    with pytest.raises(NoHours):
        never.add_business_days(dt.date(2026, 11, 24), 1)


@pytest.mark.parametrize(
    "hours",
    [
        {0: [(dt.time(17), dt.time(9))]},
        {0: [(dt.time(9), dt.time(9))]},
        {7: DAY},
        {-1: DAY},
    ],
)
def test_hours_that_end_before_they_begin_are_refused(
    hours: dict[int, list[tuple[dt.time, dt.time]]],
) -> None:
    with pytest.raises(WrongHours):
        OpeningCalendar(hours)


instants = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))


@given(instants, st.integers(1, 600))
def test_open_minutes_are_as_many_as_asked(start: dt.datetime, n: int) -> None:
    end = WITH_LUNCH.add_open_minutes(start, n)
    minute = dt.timedelta(minutes=1)
    assert end >= start + n * minute
    # Whatever is left before the end is the end of a shorter wait.
    if n > 1:
        assert WITH_LUNCH.add_open_minutes(start, n - 1) < end
    assert WITH_LUNCH.is_open(end - dt.timedelta(microseconds=1))


@given(instants)
def test_the_next_opening_is_the_first_open_instant_after_a_closed_one(start: dt.datetime) -> None:
    opening = WITH_LUNCH.next_opening(start)
    assert opening > start
    assert WITH_LUNCH.is_open(opening)
    assert not WITH_LUNCH.is_open(opening - dt.timedelta(microseconds=1))


@given(st.dates(dt.date(2020, 1, 1), dt.date(2098, 1, 1)), st.integers(1, 12))
def test_a_business_day_is_never_a_public_closing(day: dt.date, n: int) -> None:
    found = OFFICE.add_business_days(day, n)
    assert found > day
    assert not is_public_closing(found)
    assert found.weekday() < 5
