"""Opening hours as people say them: 月〜金 8:30〜17:15."""

from __future__ import annotations

import datetime as dt
from itertools import groupby

from markupsafe import Markup

from blueprints import filters
from blueprints.language import show
from models.desk import Desk
from models.town_time import local_date

DAYS = range(7)


def lines(desk: Desk) -> list[Markup]:
    """A line for each run of weekdays that open alike."""
    names = show("frame.weekdays").split()
    runs = []
    for spans, days in groupby(DAYS, lambda day: _spans(desk, day)):
        if spans:
            run = list(days)
            runs.append(show("note.desks.span", days=_run(names, run), times=", ".join(spans)))
    return runs


def closings(desk: Desk, now: dt.datetime) -> list[Markup]:
    """The further days on which the desk is closed, from today on."""
    today = local_date(now)
    return [filters.date(day) for day in desk.closings if day >= today]


def _run(names: list[Markup], days: list[int]) -> Markup:
    if len(days) == 1:
        return names[days[0]]
    return show("note.desks.days", first=names[days[0]], last=names[days[-1]])


def _spans(desk: Desk, day: int) -> tuple[str, ...]:
    spans = desk.hours.get(str(day), [])
    return tuple(f"{_plain(opens)}–{_plain(closes)}" for opens, closes in spans)


def _plain(clock: str) -> str:
    return clock.removeprefix("0")
