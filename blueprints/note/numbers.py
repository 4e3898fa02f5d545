"""Numbers to call: those of the whole country, the town's own, and the desks'."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple

from markupsafe import Markup

from blueprints import access
from blueprints.filters import date, time
from blueprints.filters import number as href
from blueprints.language import current_locale, show, words
from models.desk import Desk
from models.hours import opens_at
from models.town import CallNumber, NumberPlace
from models.town_time import local_date


class Number(NamedTuple):
    """One number with what it is for. `is_local`: shown as the town's, not as 119 is."""

    number: str
    label: Markup | str
    hint: Markup | str
    is_local: bool


def sheet(place: NumberPlace) -> list[Number]:
    """The numbers of one part of the call sheet, in their order."""
    rows = CallNumber.sheet(access.reading())
    return [_number(row) for row in rows if row.place is place]


def of_desks(desks: Iterable[Desk], now: dt.datetime) -> list[Number]:
    """Each desk's own number and, where it has one, that of its nights and holidays."""
    return [number for desk in desks for number in of_desk(desk, opening(desk, now))]


def of_desk(desk: Desk, hint: Markup) -> list[Number]:
    """A desk's own number with a hint, and that of its nights and holidays."""
    found = []
    if desk.telephone:
        found.append(Number(desk.telephone, desk.name, hint, True))
    if desk.duty_telephone:
        duty = show("note.calls.duty", desk=desk.name)
        found.append(Number(desk.duty_telephone, duty, show("note.calls.duty_hint"), True))
    return found


def once_each(found: Iterable[Number]) -> list[Number]:
    """Each number once, as it was first said: a town lists its desk's own number as well."""
    kept: dict[str, Number] = {}
    for one in found:
        kept.setdefault(href(one.number), one)
    return list(kept.values())


def first_calls(calls: Iterable[str], desk: Desk | None) -> list[Number]:
    """The numbers that signs ask to call first; "desk" is the town's own for abuse."""
    known = {row.number: _number(row) for row in CallNumber.sheet(access.reading())}
    found = []
    for call in calls:
        number = number_of(call, desk)
        if call == "desk" and number and desk is not None:
            found.append(Number(number, desk.name, show("note.form.call_desk_hint"), True))
        elif call in known:
            found.append(known[call]._replace(is_local=False))
    return found


def number_of(call: str | None, desk: Desk | None) -> str:
    """The number behind a sign's call; "" where there is none."""
    if call == "desk":
        return "" if desk is None else desk.telephone
    return call or ""


def opening(desk: Desk, now: dt.datetime) -> Markup:
    """Whether a desk is open at this moment, and when it opens next."""
    if desk.calendar.is_open(now):
        return show("note.calls.open_now")
    at = opens_at(desk, now)
    return show("note.desks.hours_none") if at is None else show("note.calls.opens", when=when(at))


def when(at: dt.datetime) -> Markup:
    """8:30 of today, or the day with its time."""
    if local_date(at) == local_date(access.now()):
        return show("frame.today_at", time=time(at))
    return show("frame.date_at", date=date(at), time=time(at))


def _number(row: CallNumber) -> Number:
    is_local = row.place is not NumberPlace.FIRST
    if not row.purpose:
        return Number(row.number, row.label, row.hint, is_local)
    label, hint = f"frame.call.{row.purpose}", f"frame.call.{row.purpose}_hint"
    has_hint = words().has(current_locale(), hint)
    return Number(row.number, show(label), show(hint) if has_hint else "", is_local)
