"""What a sender is told of a desk's hours: whether anybody is there, and whom to telephone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from models import sign
from models.calendar import NoHours
from models.deadline import is_after_hours
from models.desk import Desk
from models.urgency import Urgency


@dataclass(frozen=True)
class Hours:
    """One desk at one instant, for one note."""

    is_closed: bool
    is_closing: bool
    """It is open still, but nobody can be counted on today for what is in a hurry."""
    opens_at: dt.datetime | None
    """When a closed desk opens next; None also where its hours are not known."""
    telephone: str
    is_duty: bool
    """Whether the number is that of nights and holidays."""

    def told(self) -> dict[str, Any]:
        """As it stands in an acceptance."""
        return {
            "is_closed": self.is_closed,
            "is_closing": self.is_closing,
            "opens_at": None if self.opens_at is None else self.opens_at.isoformat(),
            "telephone": self.telephone,
            "is_duty": self.is_duty,
        }


def hours_of(desk: Desk, chosen: Urgency, signs: Iterable[str], now: dt.datetime) -> Hours:
    """The hours of a desk for a note as its writer knows it: never by what others noted."""
    urgency = sign.urgency_with(chosen, signs)
    calendar = desk.calendar
    is_closed = not calendar.is_open(now)
    return Hours(
        is_closed=is_closed,
        is_closing=not is_closed and is_after_hours(urgency, now, calendar),
        opens_at=opens_at(desk, now) if is_closed else None,
        telephone=(desk.duty_telephone if is_closed else "") or desk.telephone,
        is_duty=is_closed and bool(desk.duty_telephone),
    )


def opens_at(desk: Desk, now: dt.datetime) -> dt.datetime | None:
    """When a desk opens next; None where its hours are not known."""
    try:
        return desk.calendar.next_opening(now)
    except NoHours:
        return None
