"""What a desk may say with a verb: the form that asks it, and the reading of what it chose."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from flask import request
from markupsafe import Markup

from blueprints import access
from blueprints.intake import reading
from blueprints.intake.talk import Teller
from blueprints.language import plain, show, words
from blueprints.said import show_template
from models import deadline, own_words, reply_text, spoken
from models.audience import audience_of
from models.errors import Invalid
from models.handoff import Handoff, Verb, one_tap
from models.reply import ReplyKind, Said
from models.reply_text import Audience, Template
from models.town_time import local_date

OWN = "own"
"""The choice of own words alone."""
VERBS = {
    "acknowledgement": Verb.ACKNOWLEDGE,
    "question": Verb.ASK,
    "reply": Verb.REPLY,
    "visit": Verb.VISIT,
    "connection": Verb.CONNECT,
    "watch": Verb.KEEP_WATCHING,
    "own-watch": Verb.WATCH_OURSELVES,
    "closure": Verb.CLOSE,
}
"""Verbs that say something to the reporter, by the noun of their form."""
_WITH_INSIDE = frozenset({"visit", "connection", "watch", "own-watch"})
_ASKED_ONCE = "has_name"
"""What only looks like a name may be sent, once somebody says so."""
_UNDATED = frozenset({"question", "closure"})


class Unsure(Invalid):
    """Own words seem to name somebody; sent as they are once that is confirmed."""


@dataclass(frozen=True)
class Composer:
    """The form of one noun for one reader."""

    noun: str
    reader: Audience
    locale: str
    first_on: dt.date
    next_on: dt.date
    is_open: bool

    @cached_property
    def templates(self) -> tuple[Template, ...]:
        """What is offered, the usual one first."""
        return reply_text.offered(VERBS[self.noun], self.reader, dated=self.is_open)

    @property
    def default(self) -> str:
        """The template that is chosen at first; none for a question."""
        return self.templates[0].code if self.templates else ""

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to say: a question to a sealed thread has no words."""
        return bool(self.templates) or self.reader is not Audience.SEALED

    @property
    def labels(self) -> list[tuple[str, Markup]]:
        """The choices in the desk's own language."""
        some_day = show("desk.compose.some_day")
        return [(one.code, show(one.key, date=some_day)) for one in self.templates] + self._free

    @property
    def undated(self) -> list[tuple[str, Markup]]:
        """The choices that leave a date named before as it is; own words first."""
        ready = [(one.code, show(one.key)) for one in self.templates if not one.is_dated]
        return self._free + ready

    @property
    def own(self) -> str:
        """How own words are asked for: nothing, a sentence, a question or free."""
        if self.reader is Audience.SEALED:
            return ""
        if self.reader is not Audience.PUBLIC:
            return "free" if self.templates else "question"
        return "sentence" if self.templates else "question"

    @property
    def limit(self) -> int:
        """How many characters own words may have."""
        if not self.own:
            return 0
        return own_words.LIMIT if self.reader is Audience.PUBLIC else reading.INSIDE_LIMIT

    @property
    def checks(self) -> str:
        """What the screen looks for while somebody writes to the public, as JSON."""
        if self.reader is not Audience.PUBLIC:
            return ""
        return json.dumps([[regex, plain(f"problem.{code}")] for code, regex in own_words.CHECKS])

    @property
    def has_date(self) -> bool:
        """Whether the form asks for the next date."""
        return self.is_open and self.noun not in _UNDATED

    @property
    def has_inside(self) -> bool:
        """Whether something may be kept for the desk alone."""
        return self.noun in _WITH_INSIDE

    @property
    def weekdays(self) -> str:
        """The reader's weekdays, Monday first."""
        return words().say(self.locale, "frame.weekdays")

    @property
    def months(self) -> str:
        """The reader's months."""
        return words().say(self.locale, "frame.months")

    @property
    def previews(self) -> list[tuple[str, list[Markup]]]:
        """Every choice as its reader will see it; the parts of the date can be exchanged."""
        kind = ReplyKind.ACKNOWLEDGEMENT if self.noun == "acknowledgement" else ReplyKind.PROGRESS
        first, date = show_template(kind, Said(), self.locale), self._date
        said = [(one.code, words().show(self.locale, one.key, date=date)) for one in self.templates]
        return [*((code, [*first, sentence]) for code, sentence in said), (OWN, first)]

    @property
    def _free(self) -> list[tuple[str, Markup]]:
        return [(OWN, show("desk.compose.own_words"))] if self.own == "free" else []

    @property
    def _date(self) -> Markup:
        parts = spoken.date_parts(words(), self.locale, self.next_on)
        marked = {
            name: Markup('<span data-part="{}">{}</span>').format(name, value)
            for name, value in parts.items()
        }
        return words().show(self.locale, "frame.date", **marked)

    def named(self, kind: str, codes: Iterable[str]) -> list[tuple[str, Markup]]:
        """Codes with their words, for a row of picks."""
        return [(code, show(f"desk.{kind}.{code}")) for code in codes]


@dataclass(frozen=True)
class Spoken:
    """What was chosen, and the next date that goes with it."""

    said: Said
    next_on: dt.date
    named_on: dt.date | None
    """The same, where the form or the words named it."""


def composers_of(handoff: Handoff, teller: Teller) -> dict[str, Composer]:
    """The form of every verb that is possible and has words, by noun."""
    reader, today = audience_of(handoff.thread), local_date(access.now())
    usual = _usual(handoff)
    known = (reader, teller.locale, today, usual, handoff.is_open)
    composers = (Composer(noun, *known) for noun in VERBS)
    return {one.noun: one for one in composers if one.is_possible and handoff.can(VERBS[one.noun])}


def usual(handoff: Handoff) -> Spoken:
    """The acknowledgement of one tap: the first template, the usual date."""
    template, next_on = one_tap(handoff, local_date(access.now()))
    return _spoken(template, "", None, next_on)


def spoken_by(handoff: Handoff, noun: str) -> Spoken:
    """What the form says; raises Invalid where it may not be said to this reader."""
    verb, reader = VERBS[noun], audience_of(handoff.thread)
    offered = reply_text.offered(verb, reader, dated=handoff.is_open)
    chosen = request.form.get("template", "") or (offered[0].code if offered else OWN)
    is_free = not offered or reader in (Audience.COMMISSIONER, Audience.OWN_BEAT)
    if not (reply_text.may_say(chosen, verb, reader) or (chosen == OWN and is_free)):
        raise Invalid("desk.problem.need_template", "template")
    own = _own_words(reader, needed=chosen == OWN)
    return _spoken("" if chosen == OWN else chosen, own, reading.day(), _usual(handoff))


def _usual(handoff: Handoff) -> dt.date:
    today = local_date(access.now())
    return deadline.usual_next_on(handoff.urgency, today, handoff.desk.calendar)


def _spoken(template: str, own: str, named: dt.date | None, usual_on: dt.date) -> Spoken:
    next_on = named or usual_on
    if not reply_text.promises(template):
        return Spoken(Said(template, own), next_on, named)
    return Spoken(Said(template, own, date=next_on.isoformat()), next_on, next_on)


def _own_words(reader: Audience, *, needed: bool) -> str:
    typed = reading.words("words", needed=needed)
    for problem in reply_text.own_words_problems(typed, reader):
        if problem.code != _ASKED_ONCE:
            raise Invalid(problem.key, "words", **problem.params)
        if not request.form.get("sure"):
            raise Unsure(problem.key, "words")
    return typed
