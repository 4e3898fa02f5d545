"""What is filled into a desk's template, as staff write it: 【お約束の日】 in whatever language."""

from __future__ import annotations

import re
from functools import lru_cache

from markupsafe import Markup, escape

from blueprints.language import plain, words
from models.desk_template import VARIABLES
from models.words import LOCALES, Message, Words

_WRITTEN = re.compile(r"【([^【】]*)】")
_KEPT = re.compile(r"\{([^{}]*)\}")
_MARK = Markup('<b class="nowrap">{}</b>')


def written(name: str) -> str:
    """A variable as it is written in this page's language."""
    return f"【{name_of(name)}】"


def name_of(name: str) -> str:
    """What a variable is called; an unknown one as it was typed."""
    return plain(f"desk.variable.{name}") if name in VARIABLES else name


def kept(typed: str) -> str:
    """A typed text as the domain keeps it: {date} for what some language calls so."""
    known = _known(words())
    return _WRITTEN.sub(lambda found: f"{{{known.get(_folded(found[1]), found[1])}}}", typed)


def typed(text: str) -> str:
    """A kept text as it is shown in a field."""
    return _KEPT.sub(lambda found: written(found[1]), text)


def shown(text: str) -> list[Markup]:
    """A kept text as HTML with ruby, its variables marked; a paragraph each."""
    marks = {name: _MARK.format(escape(written(name))) for name in VARIABLES}
    return [Message.of(line).show(marks) for line in text.splitlines()]


@lru_cache(maxsize=4)
def _known(said: Words) -> dict[str, str]:
    return {
        _folded(said.say(locale, f"desk.variable.{name}")): name
        for locale in LOCALES
        for name in VARIABLES
    }


def _folded(name: str) -> str:
    return "".join(name.split()).casefold()
