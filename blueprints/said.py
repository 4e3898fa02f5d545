"""What a reply says, in its reader's language: the template's words, then the writer's own."""

from __future__ import annotations

import datetime as dt

from markupsafe import Markup

from blueprints.language import current_locale, words
from models import spoken
from models.reply import Reply, ReplyKind, Said

_DATES = frozenset({"date"})


def say(reply: Reply) -> str:
    """The whole reply as plain text, a paragraph a line."""
    return "\n".join([*say_template(reply.kind, reply.said), *_own(reply.said)])


def say_template(kind: ReplyKind, said: Said, locale: str | None = None) -> list[str]:
    """The sentences of the template as plain text; none where there are own words only."""
    locale = locale or current_locale()
    return [words().say(locale, key, **_params(said, locale)) for key in _keys(kind, said)]


def show_template(kind: ReplyKind, said: Said, locale: str | None = None) -> list[Markup]:
    """The same as HTML with ruby."""
    locale = locale or current_locale()
    return [words().show(locale, key, **_params(said, locale)) for key in _keys(kind, said)]


def _keys(kind: ReplyKind, said: Said) -> list[str]:
    thanks = ["said.thanks"] if kind is ReplyKind.ACKNOWLEDGEMENT else []
    if said.template == "still_on_it" and "date" not in said.params:
        return [*thanks, "said.still_on_it_undated"]
    return thanks + ([f"said.{said.template}"] if said.template else [])


def _params(said: Said, locale: str) -> dict[str, object]:
    return {
        name: spoken.say_date(words(), locale, dt.date.fromisoformat(value))
        if name in _DATES
        else value
        for name, value in said.params.items()
    }


def _own(said: Said) -> list[str]:
    return [said.words] if said.words else []
