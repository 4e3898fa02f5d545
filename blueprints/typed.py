"""What somebody typed, given back in its fields when it could not be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from flask import request
from markupsafe import Markup
from werkzeug.exceptions import HTTPException

from blueprints.language import plain, show
from blueprints.origin import is_from_elsewhere
from models.draft import CHOICES
from models.town import NumberPlace

Pairs = list[tuple[str, str]]

LINE_LENGTH = 60
KEPT = "kept."
"""Before the name of a field that waits until its writer has signed in again."""
LABELS = {
    "added": "note.thread.add_words",
    "begins_name": "office.desk.begins_name",
    "called": "note.form.called",
    "caller": "frame.typed.caller",
    "closings": "office.desk.closings",
    "contact": "about.contact",
    "contact_at": "desk.contact.at",
    "contact_words": "desk.contact.words",
    "daily_limit": "office.invite.daily_limit",
    "day": "audit.day",
    "does": "office.desk.does",
    "duty_telephone": "office.desk.duty_telephone",
    "email": "join.email",
    "employer": "note.address.employer",
    "ends_on": "office.invite.ends_on",
    "first_on": "desk.work.first_on",
    "hint": "office.numbers.hint",
    "home": "note.address.home",
    "inside": "desk.inside.add",
    "kana": "office.areas.kana",
    "keeps": "about.keeps",
    "label": "office.numbers.label",
    "last_on": "desk.work.last_on",
    "leave": "about.leave",
    "mark_words": "desk.mark.words",
    "memo": "desk.inside.add",
    "memo_days": "office.desk.memo_days",
    "name": "office.desk.name",
    "next_on": "desk.compose.until",
    "not_to": "note.form.not_to",
    "now_minutes": "office.desk.now_minutes",
    "number": "office.numbers.number",
    "place": "office.desk.place",
    "place_detail": "note.form.place_detail",
    "purpose": "about.purpose",
    "q": "desk.search.label",
    "question": "reveal.question",
    "reason": "desk.pass.reason",
    "received_at": "note.taking.received_at",
    "received_on": "note.taking.received_on",
    "right_place": "note.thread.add_place",
    "run_by": "about.run_by",
    "seal_words": "desk.seal.words",
    "sees": "about.sees",
    "soon_days": "office.desk.soon_days",
    "telephone": "frame.typed.telephone",
    "unseal_reason": "desk.unseal.reason",
    "who": "office.desk.who",
    "wish": "note.form.wish",
    "words": "frame.error.words",
}
"""Every field in which somebody writes, and what it is called. All else was chosen or is a key."""
_CODES = {"contact": frozenset(CHOICES["contact"]), "place": frozenset(NumberPlace)}
"""What is chosen in one form under the name that another writes in."""
_HOURS = re.compile(r"([0-6])-(first|second)-(from|to)")
"""A desk's opening hours, two spans a day."""


# Passwords, digits, and the form's own machinery.
_DROPPED = frozenset(
    {"csrf_token", "password", "password_again", "pin", "present", "said", "shown", "signature"}
    | {"speak"}
)


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of the form as it came."""

    name: str
    value: str
    label: Markup | str
    """Nothing where it was chosen, or is the key to go on with: it stands on nobody's screen."""

    @property
    def is_code(self) -> bool:
        """Whether it is sent again without being shown."""
        return not self.label

    @property
    def is_long(self) -> bool:
        """Whether it needs more than one line."""
        return len(self.value) > LINE_LENGTH or "\n" in self.value


def came() -> Pairs:
    """The form's fields; none of a body that cannot be read, which may be the error itself.

    Another site's form has none either: it would stand here as ours, one tap from being sent.
    """
    if is_from_elsewhere():
        return []
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        return []


def given() -> Pairs:
    """Those of them that a page may hold again."""
    return [(name, value) for name, value in came() if name not in _DROPPED]


def kept_fields(pairs: Iterable[tuple[str, str]]) -> Pairs:
    """The fields that waited for the sign-in, under their own names."""
    return [(name.removeprefix(KEPT), value) for name, value in pairs if name.startswith(KEPT)]


def typed_fields(pairs: Iterable[tuple[str, str]]) -> list[Typed]:
    """The fields worth giving back; an empty one holds nothing that could be lost."""
    return [Typed(name, value, _label(name, value)) for name, value in pairs if value]


def _label(name: str, value: str) -> Markup | str:
    if value in _CODES.get(name, ()):
        return ""
    if name in LABELS:
        return show(LABELS[name])
    hours = _HOURS.fullmatch(name)
    if hours is None:
        return ""
    day, span, end = hours.groups()
    weekday = plain("frame.weekdays").split()[int(day)]
    return show(f"office.desk.time_{end}", day=weekday, span=show(f"office.desk.{span}"))
