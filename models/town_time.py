"""The town's wall clock: instants are UTC inside, dates are those of Asia/Tokyo."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

TOKYO = ZoneInfo("Asia/Tokyo")


def local(at: dt.datetime) -> dt.datetime:
    """The same instant on the town's clock."""
    return at.astimezone(TOKYO)


def hour_of(at: dt.datetime) -> dt.datetime:
    """The start of the instant's hour, for what must not tell the very moment."""
    return at.replace(minute=0, second=0, microsecond=0)


def local_date(at: dt.datetime) -> dt.date:
    """The town's calendar day at an instant."""
    return at.astimezone(TOKYO).date()
