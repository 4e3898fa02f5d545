"""What a note may hold, checked once for all doors: HTML form, plain JSON, sealed envelope."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any

from models import my_number, receipt_code, sign, telephone, text
from models.canonical import content_hash
from models.draft_values import Problem, Values
from models.urgency import Urgency
from models.words import LOCALES

LIMITS: Mapping[str, int] = MappingProxyType(
    {
        "place": 100,
        "place_detail": 200,
        "called": 100,
        "words": 2000,
        "wish": 300,
        "not_to": 100,
        "telephone": 20,
    }
)
"""Characters a reader counts, by field."""

CHOICES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "relation": ("neighbour", "family", "myself"),
        "about": ("elderly", "child", "disability", "household", "unknown"),
        "urgency": tuple(urgency.value for urgency in Urgency),
        "person_knows": ("yes", "no", "unknown"),
        "contact": ("reply", "telephone"),
        "called_first": ("done", "later", "other"),
        "language": LOCALES,
    }
)
"""The codes a field may have, in the order in which they are offered."""

_AREA_DIGITS = 9
_FIRST_YEAR = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
_CLOCKS_DIFFER = dt.timedelta(days=1)
OWN_WORDS = ("place", "place_detail", "called", "words", "wish", "not_to")
"""The fields in which somebody writes as they like."""


@dataclass(frozen=True)
class Draft:
    """A note before it is accepted. Only a place, and a sign or words, are required."""

    id: uuid.UUID | None = None
    area: str | None = None
    place: str = ""
    place_detail: str = ""
    called: str = ""
    relation: str | None = None
    about: str | None = None
    signs: tuple[str, ...] = field(default_factory=tuple)
    urgency: Urgency = Urgency.SOON
    words: str = ""
    person_knows: str | None = None
    wish: str = ""
    contact: str = "reply"
    telephone: str = ""
    show_name: bool = False
    not_nearby: bool = False
    not_to: str = ""
    called_first: str | None = None
    noted_at: dt.datetime | None = None
    receipt: str | None = None
    language: str = "ja"

    @property
    def seals(self) -> bool:
        """Whether it goes straight to the sealed team by what it says (DESIGN, What seals)."""
        return self.not_nearby or sign.seals(self.signs)


FIELDS = tuple(Draft.__dataclass_fields__)
"""The names a door takes from what is sent; anything else is left aside."""


def read_draft(
    raw: Mapping[str, object], *, now: dt.datetime | None = None, lenient: bool = False
) -> tuple[Draft, list[Problem]]:
    """Read what was sent; never raises. Without `now`, future dates are not judged.

    Strict: problems are for the sender, at most one a field and code. Lenient (the sealed
    door refuses nothing): text is kept whole, unknown signs stay among the signs, a doubtful
    「近所には知られたくない」 counts as yes, and problems only say why a person should look.
    """
    values = Values(raw, lenient=lenient)
    draft = Draft(
        id=values.note_id("id"),
        area=values.number("area", _AREA_DIGITS),
        place=values.line("place"),
        place_detail=values.line("place_detail"),
        called=values.line("called"),
        relation=values.choice("relation", CHOICES["relation"]),
        about=values.choice("about", CHOICES["about"]),
        signs=values.signs("signs"),
        urgency=Urgency(values.choice("urgency", CHOICES["urgency"]) or Urgency.SOON),
        words=values.text("words"),
        person_knows=values.choice("person_knows", CHOICES["person_knows"]),
        wish=values.text("wish"),
        contact=values.choice("contact", CHOICES["contact"]) or "reply",
        telephone=_telephone(values),
        show_name=values.switch("show_name", in_doubt=False),
        not_nearby=values.switch("not_nearby", in_doubt=True),
        not_to=values.line("not_to"),
        called_first=values.choice("called_first", CHOICES["called_first"]),
        noted_at=_noted_at(values, now),
        receipt=_receipt(values),
        language=values.choice("language", CHOICES["language"]) or "ja",
    )
    _check(draft, values)
    return draft, values.problems


def masked(draft: Draft) -> Draft:
    """The draft without individual numbers, which no store may hold (番号法 第20条)."""
    texts: dict[str, Any] = {name: my_number.mask(getattr(draft, name)) for name in LIMITS}
    return replace(draft, **texts)


def _check(draft: Draft, values: Values) -> None:
    """The rules that need more than one field, or the whole of a text."""
    if draft.area is None and text.is_blank(draft.place):
        values.complain("place", "need_place")
    if not draft.signs and text.is_blank(draft.words):
        values.complain("words", "need_one")
    for name, limit in LIMITS.items():
        over = text.excess(getattr(draft, name), limit)
        if over:
            values.complain(name, "too_long", n=over)
    for name in OWN_WORDS:
        if my_number.is_in(getattr(draft, name)):
            values.complain(name, "my_number")


def _telephone(values: Values) -> str:
    typed = values.line("telephone")
    number = telephone.parse(typed)
    if typed and number is None:
        values.complain("telephone", "bad_telephone")
    return number or typed


def _noted_at(values: Values, now: dt.datetime | None) -> dt.datetime | None:
    """The phone's clock is shown, never trusted: the sealed door drops a date it can't be."""
    at = values.instant("noted_at")
    if at is None:
        return None
    if at >= _FIRST_YEAR and (now is None or at <= now + _CLOCKS_DIFFER):
        return at
    values.complain_strictly("noted_at", "bad_date")
    return None


def _receipt(values: Values) -> str | None:
    typed = values.line("receipt")
    code = receipt_code.parse(typed)
    if typed and code is None:
        values.complain("receipt", "bad_receipt")
    return code


__all__ = [
    "CHOICES",
    "FIELDS",
    "LIMITS",
    "OWN_WORDS",
    "Draft",
    "Problem",
    "content_hash",
    "masked",
    "read_draft",
]
