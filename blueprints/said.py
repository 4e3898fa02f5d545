"""What a reply says, in its reader's language: the template's words, then the writer's own."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from blueprints.language import current_locale, words
from models import desk_template, spoken
from models.reply import Reply, ReplyKind, Said
from models.words import Message

_DATES = frozenset({"date", "on"})
_IN = Markup('<span lang="{}">{}</span>')


def say(reply: Reply) -> str:
    """The whole reply as plain text, a paragraph a line."""
    return "\n".join(say_all(reply.kind, reply.said))


def say_all(kind: ReplyKind, said: Said) -> list[str]:
    """The same, a paragraph each."""
    return [*say_template(kind, said), *_own(said)]


def say_template(kind: ReplyKind, said: Said, locale: str | None = None) -> list[str]:
    """The sentences of the template as plain text; none where there are own words only."""
    locale = locale or current_locale()
    params = _params(said, locale)
    told = [words().say(locale, key, **params) for key in _keys(kind, said)]
    return told + [Message.of(line).plain.format(**params) for line in _lines(said, locale)]


def show_template(
    kind: ReplyKind, said: Said, locale: str | None = None, **instead: object
) -> list[Markup]:
    """The same as HTML with ruby; `instead`: what stands in a variable's place."""
    locale = locale or current_locale()
    params = _params(said, locale, **instead)
    told = [words().show(locale, key, **params) for key in _keys(kind, said)]
    lines = [Message.of(line).show(params) for line in _lines(said, locale)]
    return told + [_in_its_language(line, said, locale) for line in lines]


def _keys(kind: ReplyKind, said: Said) -> list[str]:
    thanks = ["said.thanks"] if kind is ReplyKind.ACKNOWLEDGEMENT else []
    if said.template == "still_on_it" and "date" not in said.params:
        return [*thanks, "said.still_on_it_undated"]
    return thanks + ([f"said.{said.template}"] if said.template else [])


def _lines(said: Said, locale: str) -> list[str]:
    """A desk's own template as its reader gets it, a paragraph a line."""
    if not said.texts:
        return []
    return said.texts[desk_template.language_of(said.texts, locale)].splitlines()


def _in_its_language(line: Markup, said: Said, locale: str) -> Markup:
    spoken_in, read_in = (
        one.partition("@")[0] for one in (desk_template.language_of(said.texts, locale), locale)
    )
    return line if spoken_in == read_in else _IN.format(spoken_in, line)


def _params(said: Said, locale: str, **instead: object) -> dict[str, object]:
    return {
        name: instead[name] if name in instead else _value(name, value, locale)
        for name, value in said.params.items()
    }


def _value(name: str, value: str, locale: str) -> str:
    if name not in _DATES:
        return value
    return spoken.say_date(words(), locale, dt.date.fromisoformat(value))


def _own(said: Said) -> list[str]:
    return [said.words] if said.words else []
