"""When a desk owes its answer: each sentence of the design's table, and its edges."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.calendar import OpeningCalendar
from models.deadline import (
    Promise,
    default_next_on,
    due_at,
    is_after_hours,
    moved_due_at,
    opening_after,
    usual_next_on,
    warn_at,
)
from models.town_time import TOKYO
from models.urgency import Urgency

OFFICE = OpeningCalendar({key: [(dt.time(8, 30), dt.time(17, 15))] for key in range(5)})
PROMISE = Promise()
TUESDAY, FRIDAY = "2026-11-24", "2026-11-20"


def at(text: str) -> dt.datetime:
    """An instant, written on the town's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(dt.UTC)


@pytest.mark.parametrize("duty", [True, False])
@pytest.mark.parametrize(
    ("urgency", "arrived", "due"),
    [
        ("memo", f"{TUESDAY}T10:00", "2026-12-01T17:15"),
        ("soon", f"{TUESDAY}T10:00", "2026-11-26T17:15"),
        ("soon", f"{FRIDAY}T17:14", "2026-11-25T17:15"),
        ("soon", "2026-11-21T09:00", "2026-11-25T17:15"),
        ("memo", "2026-12-28T10:00", "2027-01-08T17:15"),
        ("today", f"{TUESDAY}T08:30", f"{TUESDAY}T17:15"),
        ("today", f"{TUESDAY}T16:15", f"{TUESDAY}T17:15"),
        ("now", f"{TUESDAY}T10:00", f"{TUESDAY}T10:30"),
        ("now", f"{TUESDAY}T16:15", f"{TUESDAY}T16:45"),
    ],
)
def test_a_note_in_opening_time_is_owed_as_promised(
    urgency: str, arrived: str, due: str, duty: bool
) -> None:
    assert due_at(Urgency(urgency), at(arrived), OFFICE, PROMISE, duty) == at(due)


@pytest.mark.parametrize("urgency", [Urgency.TODAY, Urgency.NOW])
@pytest.mark.parametrize(
    ("arrived", "due"),
    [
        (f"{TUESDAY}T16:16", "2026-11-25T09:30"),
        (f"{TUESDAY}T17:15", "2026-11-25T09:30"),
        (f"{TUESDAY}T03:00", f"{TUESDAY}T09:30"),
        (f"{FRIDAY}T20:00", f"{TUESDAY}T09:30"),
        ("2026-12-30T12:00", "2027-01-04T09:30"),
    ],
)
def test_a_hurried_note_after_hours_is_owed_an_hour_after_opening_or_by_the_duty_list(
    urgency: Urgency, arrived: str, due: str
) -> None:
    assert due_at(urgency, at(arrived), OFFICE, PROMISE, has_duty=False) == at(due)
    assert due_at(urgency, at(arrived), OFFICE, PROMISE, has_duty=True) == at(
        arrived
    ) + dt.timedelta(hours=1)
    assert is_after_hours(urgency, at(arrived), OFFICE)


def test_a_lunch_break_is_closed_time_but_does_not_end_the_day() -> None:
    lunch = [(dt.time(9), dt.time(12)), (dt.time(13), dt.time(17))]
    desk = OpeningCalendar(dict.fromkeys(range(5), lunch))
    late = due_at(Urgency.NOW, at(f"{TUESDAY}T12:20"), desk, PROMISE, has_duty=False)
    assert late == at(f"{TUESDAY}T14:00")
    assert due_at(Urgency.NOW, at(f"{TUESDAY}T11:45"), desk, PROMISE, has_duty=False) == at(
        f"{TUESDAY}T13:15"
    )


def test_only_a_hurried_note_is_told_to_telephone() -> None:
    assert not is_after_hours(Urgency.SOON, at(f"{TUESDAY}T20:00"), OFFICE)
    assert not is_after_hours(Urgency.TODAY, at(f"{TUESDAY}T16:15"), OFFICE)


@pytest.mark.parametrize(
    ("urgency", "now", "duty", "due"),
    [
        ("memo", f"{TUESDAY}T10:00", False, "2026-11-25T17:15"),
        ("soon", f"{TUESDAY}T10:00", True, "2026-11-25T17:15"),
        ("today", f"{TUESDAY}T10:00", False, f"{TUESDAY}T11:00"),
        ("now", f"{TUESDAY}T17:00", False, "2026-11-25T09:15"),
        ("now", f"{TUESDAY}T17:00", True, f"{TUESDAY}T18:00"),
        ("today", "2026-11-22T03:00", True, "2026-11-22T04:00"),
    ],
)
def test_a_new_owner_has_one_business_day_or_an_hour(
    urgency: str, now: str, duty: bool, due: str
) -> None:
    assert moved_due_at(Urgency(urgency), at(now), OFFICE, PROMISE, duty) == at(due)


@pytest.mark.parametrize("urgency", Urgency)
@pytest.mark.parametrize("duty", [True, False])
def test_a_desk_that_never_opens_owes_all_within_the_hour(urgency: Urgency, duty: bool) -> None:
    never, now = OpeningCalendar({}), at(f"{TUESDAY}T10:00")
    assert due_at(urgency, now, never, PROMISE, duty) == now + dt.timedelta(hours=1)
    assert moved_due_at(urgency, now, never, PROMISE, duty) == now + dt.timedelta(hours=1)


def test_the_next_date_is_in_two_weeks() -> None:
    assert default_next_on(dt.date(2026, 12, 24)) == dt.date(2027, 1, 7)


def test_what_is_in_a_hurry_is_offered_the_next_opening_day() -> None:
    friday = dt.date(2026, 11, 20)
    assert usual_next_on(Urgency.TODAY, friday, OFFICE) == dt.date(2026, 11, 24)
    assert usual_next_on(Urgency.SOON, friday, OFFICE) == dt.date(2026, 12, 4)


def test_the_shortest_promise_is_one_day_and_one_minute() -> None:
    promise = Promise(memo_days=1, soon_days=1, now_minutes=1)
    assert due_at(Urgency.NOW, at(f"{TUESDAY}T10:00"), OFFICE, promise, False) == at(
        f"{TUESDAY}T10:01"
    )


@pytest.mark.parametrize("wrong", [{"memo_days": 0}, {"soon_days": -1}, {"now_minutes": 0}])
def test_a_promise_of_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least one"):
        Promise(**wrong)


instants = st.datetimes(dt.datetime(2024, 1, 1), dt.datetime(2030, 1, 1), timezones=st.just(dt.UTC))


@given(st.sampled_from(Urgency), instants, st.booleans())
def test_no_deadline_is_past_and_a_move_never_gives_more_than_a_slow_promise(
    urgency: Urgency, now: dt.datetime, duty: bool
) -> None:
    due = due_at(urgency, now, OFFICE, PROMISE, duty)
    moved = moved_due_at(urgency, now, OFFICE, PROMISE, duty)
    assert due > now
    assert moved > now
    if urgency in (Urgency.MEMO, Urgency.SOON):
        assert moved <= due


@given(instants, st.booleans())
def test_more_urgent_is_never_owed_later(now: dt.datetime, duty: bool) -> None:
    owed = [due_at(urgency, now, OFFICE, PROMISE, duty) for urgency in Urgency]
    assert owed == sorted(owed, reverse=True)


@pytest.mark.parametrize(
    ("owed", "due", "warned"),
    [
        (f"{TUESDAY}T10:00", f"{TUESDAY}T17:15", f"{TUESDAY}T16:15"),
        (f"{TUESDAY}T10:00", f"{TUESDAY}T14:00", f"{TUESDAY}T13:00"),
        (f"{TUESDAY}T10:00", f"{TUESDAY}T11:00", f"{TUESDAY}T10:45"),
        (f"{FRIDAY}T18:00", f"{TUESDAY}T09:30", f"{TUESDAY}T08:30"),
    ],
)
def test_a_desk_is_warned_an_hour_before_or_in_the_last_quarter(
    owed: str, due: str, warned: str
) -> None:
    assert warn_at(at(due), at(owed)) == at(warned)


@pytest.mark.parametrize(
    ("day", "opens"),
    [(FRIDAY, f"{TUESDAY}T08:30"), ("2026-12-28", "2027-01-04T08:30")],
)
def test_the_first_opening_after_a_day_is_past_weekends_and_holidays(day: str, opens: str) -> None:
    assert opening_after(dt.date.fromisoformat(day), OFFICE) == at(opens)


def test_where_a_desk_never_opens_the_next_day_counts() -> None:
    day = dt.date(2026, 11, 20)
    assert opening_after(day, OpeningCalendar({})) == at("2026-11-21T00:00")
