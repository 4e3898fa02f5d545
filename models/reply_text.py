"""What a desk may say: templates by occasion and reader. Their words are `said.<code>`.

No template promises a visit or tells of help to those who need not know of it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from models import own_words
from models.contact import ContactKind
from models.draft_values import Problem


class Audience(StrEnum):
    """Who reads a reply, as far as that decides what may be said."""

    PUBLIC = "public"
    """Residents, volunteers and associations."""
    COMMISSIONER = "commissioner"
    OWN_BEAT = "own_beat"
    """The commissioner in whose beat (担当区域) it is."""
    SEALED = "sealed"
    """Whoever wrote a sealed note: only what any note might be answered."""


_P, _C, _B = Audience.PUBLIC, Audience.COMMISSIONER, Audience.OWN_BEAT
_OPEN = frozenset({_P, _C, _B})
_ALL = frozenset(Audience)


@dataclass(frozen=True)
class Template:
    """One ready sentence.

    `variables` are its params: `date` and `on` (ISO: the next date, the day of a call or visit)
    and `desk` (a name).
    """

    code: str
    audiences: frozenset[Audience]
    variables: tuple[str, ...] = ()

    @property
    def is_dated(self) -> bool:
        """Whether it names a day by which the reporter hears more."""
        return "date" in self.variables

    @property
    def key(self) -> str:
        """The catalogue key of its words."""
        return f"said.{self.code}"


TEMPLATES = {
    template.code: template
    for template in (
        Template("look", _OPEN, ("date",)),
        Template("check", _ALL),
        Template("known", frozenset({_B})),
        Template("watch", _OPEN),
        Template("still_on_it", _ALL, ("date",)),
        Template("visited", _OPEN),
        Template("connected", _OPEN),
        Template("ours", _OPEN),
        Template("closed", _ALL),
        Template("passed", _OPEN, ("desk",)),
        Template("phoned", _OPEN, ("on",)),
        Template("went", _OPEN, ("on",)),
        # That nobody was at home is no neighbour's business.
        Template("away", frozenset({_C, _B}), ("on", "date")),
        Template("went_again", frozenset({_P}), ("on", "date")),
    )
}

# The verb of the handoff → what may be said with it, the usual one first. In a sealed thread
# every step between acknowledgement and closing sounds the same.
_OFFERED = {
    "acknowledge": ("look", "check", "known", "watch"),
    "visit": ("visited", "still_on_it"),
    "connect": ("connected", "still_on_it"),
    "keep_watching": ("watch", "still_on_it"),
    "watch_ourselves": ("ours", "still_on_it"),
    "reply": ("still_on_it", "check", "watch"),
    "close": ("closed",),
    "pass_on": ("passed",),
}


# What tells of a call or a visit that the reporter has not heard of.
_AFTER = {
    ContactKind.TELEPHONED: ("phoned",),
    ContactKind.VISITED: ("went",),
    ContactKind.AWAY: ("away", "went_again"),
}
FEEDS = frozenset({"acknowledge", "reply"})
"""The verbs with which it is told."""


def offered(
    verb: str,
    audience: Audience,
    *,
    dated: bool = True,
    after: ContactKind | None = None,
) -> tuple[Template, ...]:
    """The templates for a verb and a reader; none for a question, which is own words.

    Without `dated` none that names a day: what is closed has nobody who minds it. `after`: what
    the desk did and did not tell yet; what tells of it stands first.
    """
    codes = _OFFERED.get(verb, ())
    if after is not None and verb in FEEDS:
        codes = _AFTER[after] + codes
    templates = (TEMPLATES[code] for code in codes)
    fitting = (template for template in templates if audience in template.audiences)
    return tuple(template for template in fitting if dated or not template.is_dated)


def promises(code: str) -> bool:
    """Whether a template names a day; False for own words alone."""
    return bool(code) and TEMPLATES[code].is_dated


def audience(*, is_sealed: bool, is_commissioner: bool, in_own_beat: bool) -> Audience:
    """Who reads: the seal decides first, since it must not show in what is said."""
    if is_sealed:
        return Audience.SEALED
    if not is_commissioner:
        return Audience.PUBLIC
    return Audience.OWN_BEAT if in_own_beat else Audience.COMMISSIONER


def own_words_problems(words: str, to: Audience = Audience.PUBLIC) -> list[Problem]:
    """Why own words may not go to this reader: none but templates in a sealed thread.

    Residents, volunteers and associations get one short sentence without names and places;
    commissioners, who are bound to secrecy (民生委員法 第15条), get any.
    """
    if to is Audience.SEALED:
        return [Problem("words", "only_templates")] if words else []
    return own_words.problems(words) if to is Audience.PUBLIC else []
