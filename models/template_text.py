"""What a desk's own template may say: Japanese first, its variables, nothing of anybody."""

from __future__ import annotations

from collections.abc import Mapping

from models import my_number, own_words, text
from models.desk_template import LIMIT, PLACEHOLDER, VARIABLES, Occasion
from models.errors import Invalid
from models.words import HOME_LOCALE, Message


def problems(occasion: Occasion, texts: Mapping[str, str], *, sure: bool = False) -> list[Invalid]:
    """Why texts may not be a template, each with its locale as the field.

    `sure`: somebody said that what looks like a name is none.
    """
    if not texts.get(HOME_LOCALE):
        return [Invalid("desk.problem.need_japanese", HOME_LOCALE)]
    found = [one for locale in texts for one in _problems(occasion, locale, texts[locale])]
    return [one for one in found if not (sure and one.key == f"problem.{own_words.ASKED_ONCE}")]


def _problems(occasion: Occasion, locale: str, words: str) -> list[Invalid]:
    if over := text.excess(words, LIMIT):
        return [Invalid("problem.too_long", locale, n=over)]
    for name in PLACEHOLDER.findall(words):
        if name not in occasion.variables:
            is_known = name in VARIABLES
            why = "variable_elsewhere" if is_known else "variable_unknown"
            return [Invalid(f"desk.problem.{why}", locale, name=name)]
    if set("{}") & set(PLACEHOLDER.sub("", words)):
        return [Invalid("desk.problem.variable_braces", locale)]
    plain = PLACEHOLDER.sub(" ", Message.of(words).plain)
    if my_number.is_in(plain):
        return [Invalid("problem.my_number", locale)]
    found = own_words.given_away(plain, locale)
    return [Invalid(one.key, locale, **one.params) for one in found]
