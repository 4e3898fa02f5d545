"""Opening hours and closing days, between a form's fields and a desk."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import NoReturn

from models.errors import Invalid

Hours = dict[str, list[list[str]]]
WEEKDAYS = range(7)
SPANS = ("first", "second")
_DAY = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})\D?")


def field_name(weekday: int, span: str, end: str) -> str:
    """The name of one of the four times of a weekday."""
    return f"{weekday}-{span}-{end}"


def typed_hours(typed: Mapping[str, str]) -> Hours:
    """The hours of a form; half a span is kept, so that it can be refused in words."""
    hours: Hours = {}
    for weekday in WEEKDAYS:
        pairs = [
            [typed.get(field_name(weekday, span, end), "").strip() for end in ("from", "to")]
            for span in SPANS
        ]
        spans = [pair for pair in pairs if any(pair)]
        if spans:
            hours[str(weekday)] = spans
    return hours


def hour_fields(hours: Hours) -> dict[str, str]:
    """The form's fields of a desk's hours."""
    return {
        field_name(int(weekday), span, end): time
        for weekday, spans in hours.items()
        for span, pair in zip(SPANS, spans, strict=False)
        for end, time in zip(("from", "to"), pair, strict=True)
    }


def typed_days(typed: str) -> frozenset[dt.date]:
    """The closing days of a form, one a line: 2026-12-28, 2026/12/28, 2026年12月28日.

    Raises Invalid with the first line that is no day.
    """
    flat = unicodedata.normalize("NFKC", typed)
    given = (one.strip() for one in re.split(r"[\n,、]+", flat))
    return frozenset(_day(one) for one in given if one)


def day_lines(days: Iterable[dt.date]) -> str:
    """Closing days as the form shows them."""
    return "\n".join(day.isoformat() for day in sorted(days))


def _day(typed: str) -> dt.date:
    parts = _DAY.fullmatch(typed)
    try:
        return dt.date(*(int(part) for part in parts.groups())) if parts else _no_day(typed)
    except ValueError:
        return _no_day(typed)


def _no_day(typed: str) -> NoReturn:
    raise Invalid("office.problem.closing_day", "closings", day=typed) from None
