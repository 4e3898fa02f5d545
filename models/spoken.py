"""How dates, times, durations and people are named in each language."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache

from markupsafe import Markup

from models.town_time import TOKYO, local
from models.words import Words

MINUTE, HOUR, DAY = 60, 3600, 86400


def say_date(words: Words, locale: str, day: dt.date | dt.datetime) -> str:
    """11月24日(火), Tuesday 24 November: the town's day, as plain text."""
    on = _day(day)
    return words.say(
        locale,
        "frame.date",
        month=on.month,
        day=on.day,
        weekday=words.say(locale, "frame.weekdays").split()[on.weekday()],
        month_name=words.say(locale, "frame.months").split()[on.month - 1],
    )


def show_date(words: Words, locale: str, day: dt.date | dt.datetime) -> Markup:
    """The same as HTML with ruby."""
    return _shown_date(words, locale, _day(day))


@lru_cache(maxsize=1024)
def _shown_date(words: Words, locale: str, on: dt.date) -> Markup:
    return words.show(locale, "frame.date", **date_parts(words, locale, on))


def date_parts(words: Words, locale: str, day: dt.date | dt.datetime) -> dict[str, object]:
    """What `frame.date` is made of: month, day, weekday and month_name."""
    on = _day(day)
    return {
        "month": on.month,
        "day": on.day,
        "weekday": words.show(locale, "frame.weekdays").split()[on.weekday()],
        "month_name": words.show(locale, "frame.months").split()[on.month - 1],
    }


def say_time(at: dt.datetime) -> str:
    """7:58, on the town's clock."""
    town = local(at)
    return f"{town.hour}:{town.minute:02}"


def say_left(words: Words, locale: str, left: dt.timedelta) -> str:
    """40分, 7時間, 2日: a duration in its greatest whole unit, never less than one minute."""
    seconds = max(left.total_seconds(), MINUTE)
    units = (("day", DAY), ("hour", HOUR), ("minute", MINUTE))
    unit, size = next(one for one in units if seconds >= one[1])
    n = int(seconds // size)
    return words.say(locale, f"frame.{unit}" if n == 1 else f"frame.{unit}s", n=n)


def say_within(words: Words, locale: str, span: dt.timedelta) -> str:
    """20分, 30時間, 3日: a duration rounded up to a unit that a promise is spoken in."""
    minutes = max(math.ceil(span.total_seconds() / MINUTE), 1)
    spoken = (("minute", 1, 60), ("hour", 60, 48), ("day", 24 * 60, minutes))
    counted = ((unit, math.ceil(minutes / size), most) for unit, size, most in spoken)
    unit, n = next((unit, n) for unit, n, most in counted if n < most or unit == "day")
    return words.say(locale, f"frame.{unit}" if n == 1 else f"frame.{unit}s", n=n)


def say_person(words: Words, locale: str, name: str) -> str:
    """山本さん, Yamamoto."""
    return words.say(locale, "frame.person", name=name)


def _day(day: dt.date | dt.datetime) -> dt.date:
    return day.astimezone(TOKYO).date() if isinstance(day, dt.datetime) else day
