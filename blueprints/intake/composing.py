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
from blueprints.intake.choices import Choice, Sayable, label
from blueprints.intake.talk import Teller
from blueprints.language import current_locale, plain, show, words
from blueprints.said import show_template
from models import deadline, own_words, reply_text, spoken
from models.errors import Invalid
from models.handoff import Handoff, Verb, one_tap
from models.reply import InsideNote, ReplyKind, Said
from models.reply_text import Audience
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
_UNDATED = frozenset({"question", "closure"})


class Unsure(Invalid):
    """Own words seem to name somebody; sent as they are once that is confirmed."""


@dataclass(frozen=True)
class Composer:
    """The form of one noun for one reader."""

    noun: str
    sayable: Sayable
    locale: str
    first_on: dt.date
    next_on: dt.date

    @property
    def reader(self) -> Audience:
        """Who reads it."""
        return self.sayable.reader

    @cached_property
    def choices(self) -> tuple[Choice, ...]:
        """What is offered, the usual one first."""
        return self.sayable.choices(VERBS[self.noun])

    @property
    def default(self) -> str:
        """What is chosen at first; own words for a question."""
        if self._is_question:
            return OWN if self.choices else ""
        return self.choices[0].code if self.choices else ""

    @property
    def is_possible(self) -> bool:
        """Whether there is anything to say: a question to a sealed thread has no words."""
        return bool(self.choices) or self.reader is not Audience.SEALED

    @property
    def labels(self) -> list[tuple[str, Markup]]:
        """The choices in the desk's own language."""
        return [(one.code, label(one, current_locale())) for one in self.choices] + self._free

    def has_gone(self, typed: str) -> bool:
        """Whether what was chosen before is offered no more."""
        return bool(typed) and typed not in {self.default, *(code for code, _ in self.labels)}

    @property
    def undated(self) -> list[tuple[str, Markup]]:
        """The choices that leave a date named before as it is; own words first."""
        ready = [one for one in self.choices if not one.is_dated]
        return self._free + [(one.code, label(one, current_locale())) for one in ready]

    @property
    def tells_of(self) -> InsideNote | None:
        """The call or visit that what is chosen at first tells of."""
        chosen = next((one for one in self.choices if one.code == self.default), None)
        tells = chosen is not None and "on" in chosen.said.params
        return self.sayable.untold if tells else None

    @property
    def own(self) -> str:
        """How own words are asked for: nothing, a sentence, a question or free."""
        if self.reader is Audience.SEALED:
            return ""
        if self._is_question:
            return "question"
        return "sentence" if self.reader is Audience.PUBLIC else "free"

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
        return self.sayable.is_open and self.noun not in _UNDATED

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
    def previews(self) -> list[tuple[str, list[Markup], str]]:
        """Every choice as its reader will see it; the parts of the date can be exchanged.

        With each, the language in which it comes instead of the reader's own.
        """
        kind = ReplyKind.ACKNOWLEDGEMENT if self.noun == "acknowledgement" else ReplyKind.PROGRESS
        locale, date = self.locale, self._date
        said = [
            (one.code, one.shown(kind, locale, date), one.language_instead(locale))
            for one in self.choices
        ]
        return [*said, (OWN, show_template(kind, Said(), locale), "")]

    @property
    def _is_question(self) -> bool:
        return self.noun == "question"

    @property
    def _free(self) -> list[tuple[str, Markup]]:
        is_free = _is_free(self.noun, self.reader) and self.choices
        return [(OWN, show("desk.compose.own_words"))] if is_free else []

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
    today, usual = local_date(access.now()), _usual(handoff)
    known = (Sayable.of(handoff), teller.locale, today, usual)
    composers = (Composer(noun, *known) for noun in VERBS)
    return {one.noun: one for one in composers if one.is_possible and handoff.can(VERBS[one.noun])}


def usual(handoff: Handoff) -> Spoken:
    """The acknowledgement of one tap: the first template, the usual date."""
    template, next_on = one_tap(handoff, local_date(access.now()))
    return _spoken(Said(template.code), None, next_on, is_dated=template.is_dated)


def spoken_by(handoff: Handoff, noun: str) -> Spoken:
    """What the form says; raises Invalid where it may not be said to this reader."""
    sayable = Sayable.of(handoff)
    choices, reader = sayable.choices(VERBS[noun]), sayable.reader
    is_free = _is_free(noun, reader)
    usual = OWN if noun == "question" or not choices else choices[0].code
    code = request.form.get("template", "") or usual
    chosen = next((one for one in sayable.known(VERBS[noun]) if one.code == code), None)
    if chosen is None and not (code == OWN and is_free):
        # What changes with its words has a dot in its code.
        why = "template_gone" if "." in code else "need_template"
        raise Invalid(f"desk.problem.{why}", "template")
    own = _own_words(reader, needed=chosen is None)
    ready, is_dated = (Said(), False) if chosen is None else (chosen.said, chosen.is_dated)
    said = Said(ready.template, own, ready.texts, **ready.params)
    return _spoken(said, reading.day(), _usual(handoff), is_dated=is_dated)


def _is_free(noun: str, reader: Audience) -> bool:
    """Whether own words alone may be sent: questions, and what a commissioner is told."""
    return noun == "question" or reader in (Audience.COMMISSIONER, Audience.OWN_BEAT)


def _usual(handoff: Handoff) -> dt.date:
    today = local_date(access.now())
    return deadline.usual_next_on(handoff.urgency, today, handoff.desk.calendar)


def _spoken(said: Said, named: dt.date | None, usual_on: dt.date, *, is_dated: bool) -> Spoken:
    next_on = named or usual_on
    if not is_dated:
        return Spoken(said, next_on, named)
    params = {**said.params, "date": next_on.isoformat()}
    return Spoken(Said(said.template, said.words, said.texts, **params), next_on, next_on)


def _own_words(reader: Audience, *, needed: bool) -> str:
    typed = reading.words("words", needed=needed)
    for problem in reply_text.own_words_problems(typed, reader):
        if problem.code != own_words.ASKED_ONCE:
            raise Invalid(problem.key, "words", **problem.params)
        if not request.form.get("sure"):
            raise Unsure(problem.key, "words")
    return typed
