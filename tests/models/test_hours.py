"""What a sender is told at once: whether anybody is there, and whom to telephone."""

from __future__ import annotations

import datetime as dt

import pytest

from models.desk import Desk
from models.hours import hours_of
from models.town_time import TOKYO
from models.urgency import Urgency

NIGHT, DUTY = "059-000-0002", "059-000-0009"


def at(hour: int, minute: int = 0, day: int = 24) -> dt.datetime:
    """In the week of Tuesday, 24 November 2026, after a holiday."""
    return dt.datetime(2026, 11, day, hour, minute, tzinfo=TOKYO).astimezone(dt.UTC)


def desk(duty: str = "") -> Desk:
    weekdays = {str(day): [["08:30", "17:15"]] for day in range(5)}
    return Desk(name="北", telephone=NIGHT, duty_telephone=duty, hours=weekdays, closings=[])


@pytest.mark.parametrize(
    ("urgency", "signs", "now", "closed", "closing", "opens"),
    [
        (Urgency.SOON, (), at(10), False, False, None),
        (Urgency.SOON, (), at(17), False, False, None),
        (Urgency.NOW, (), at(10), False, False, None),
        (Urgency.TODAY, (), at(16, 30), False, True, None),
        (Urgency.MEMO, ("unconscious",), at(17), False, True, None),
        (Urgency.SOON, (), at(17, 15), True, False, at(8, 30, 25)),
        (Urgency.NOW, (), at(20, 0, 27), True, False, at(8, 30, 30)),
        (Urgency.NOW, (), at(10, 0, 23), True, False, at(8, 30, 24)),
    ],
)
def test_whether_it_is_open_and_when_it_opens(
    urgency: Urgency,
    signs: tuple[str, ...],
    now: dt.datetime,
    closed: bool,
    closing: bool,
    opens: dt.datetime | None,
) -> None:
    told = hours_of(desk(), urgency, signs, now).told()
    assert told == {
        "is_closed": closed,
        "is_closing": closing,
        "opens_at": None if opens is None else opens.isoformat(),
        "telephone": NIGHT,
        "is_duty": False,
    }


@pytest.mark.parametrize(("now", "number"), [(at(10), NIGHT), (at(22), DUTY)])
def test_the_duty_number_is_that_of_the_closed_hours(now: dt.datetime, number: str) -> None:
    told = hours_of(desk(DUTY), Urgency.NOW, (), now)
    assert (told.telephone, told.is_duty) == (number, number == DUTY)


def test_a_desk_that_never_opens_is_closed_without_an_hour() -> None:
    never = Desk(name="北", telephone=NIGHT, duty_telephone="", hours={}, closings=[])
    told = hours_of(never, Urgency.SOON, (), at(10))
    assert (told.is_closed, told.opens_at) == (True, None)
