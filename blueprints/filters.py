"""Jinja filters: Tokyo dates and times, what is left, a person's name."""

from __future__ import annotations

import datetime as dt
import itertools
import re

from flask import Flask, current_app
from markupsafe import Markup

from blueprints.language import current_locale, words
from blueprints.typed import typed_fields
from models import spoken
from models.town_time import local, local_date

_TELEPHONE = re.compile(r"(?<![\d-])(0\d{1,4}-\d{1,4}-\d{3,4})(?![\d-])")


def date(day: dt.date | dt.datetime) -> Markup:
    """11月24日(火)."""
    return spoken.show_date(words(), current_locale(), day)


def time(at: dt.datetime) -> str:
    """7:58."""
    return spoken.say_time(at)


def moment(at: dt.datetime) -> Markup:
    """7:58 of today, 11月24日(火) 7:58 of any other day."""
    now = current_app.extensions["kizuki"].clock()
    if local_date(at) == local_date(now):
        return words().show(current_locale(), "frame.today_at", time=time(at))
    return words().show(current_locale(), "frame.date_at", date=date(at), time=time(at))


def iso(at: dt.date | dt.datetime) -> str:
    """The value of a <time datetime="…">."""
    return local(at).isoformat(timespec="minutes") if isinstance(at, dt.datetime) else str(at)


def left(until: dt.datetime) -> str:
    """40分, 7時間, 2日: from now until then."""
    now = current_app.extensions["kizuki"].clock()
    return spoken.say_left(words(), current_locale(), until - now)


def within(span: dt.timedelta) -> str:
    """20分, 30時間, 3日: a duration, rounded up."""
    return spoken.say_within(words(), current_locale(), span)


def person(name: str) -> str:
    """山本さん."""
    return spoken.say_person(words(), current_locale(), name)


def number(typed: str) -> str:
    """A telephone number as the href of a link: # and spaces are not left to chance."""
    digits = "".join(c for c in typed if c.isdigit() or c in "+#*")
    return "tel:" + digits.replace("#", "%23")


def linked(text: str) -> Markup:
    """Text whose telephone numbers can be tapped and never break across lines."""
    parts = _TELEPHONE.split(text)
    return Markup("").join(
        Markup('<a class="nowrap" href="{}">{}</a>').format(number(part), part) if odd else part
        for odd, part in zip(itertools.cycle((False, True)), parts, strict=False)
    )


def init_app(app: Flask) -> None:
    """Register the filters."""
    app.jinja_env.filters.update(
        date=date,
        time=time,
        moment=moment,
        iso=iso,
        left=left,
        within=within,
        person=person,
        tel=number,
        linked=linked,
        typed_fields=typed_fields,
    )
