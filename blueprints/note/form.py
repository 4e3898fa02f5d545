"""The note form: what it offers, what was typed into it, and what it says is missing."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Self

from markupsafe import Markup
from werkzeug.datastructures import MultiDict

from blueprints import access
from blueprints.access import Permission
from blueprints.language import current_locale, show
from blueprints.note import numbers
from blueprints.note.masking import as_sent
from models import no_photos, sign
from models.area import Area
from models.desk import Desk
from models.draft import CHOICES, LIMITS, Problem
from models.no_photos import NoPhotos
from models.person import Person, Role
from models.urgency import Urgency
from models.words import LOCALES

SINGLE = (
    "id",
    "place",
    "place_detail",
    "called",
    "relation",
    "about",
    "urgency",
    "words",
    "person_knows",
    "wish",
    "contact",
    "telephone",
    "show_name",
    "not_nearby",
    "not_to",
    "called_first",
    "language",
)
_GROUP_OF_ABOUT = {"elderly": "elderly", "child": "child", "disability": "disability"}
_NOT_NEARBY_GROUPS = frozenset({"child", "isolation"})
_OUTSIDE_FOLD = frozenset({"words", "place", "urgency", "relation", "signs", "called_first"})
_FIELD_ID = {"area": "place", "about": "relation"}

Typed = MultiDict[str, str]


class PageProblem(Problem):
    """Something that only this page asks for; its words are among the page's own."""

    @property
    def key(self) -> str:
        """The catalogue key of its sentence."""
        return f"note.problem.{self.code}"


@dataclass(frozen=True)
class Group:
    """The signs of one fold: what they are called and whether it stands open."""

    code: str
    options: list[tuple[str, Markup, dict[str, str]]]
    is_open: bool
    asks_not_nearby: bool


@dataclass(frozen=True)
class NoteForm:
    """The form as offered first (`blank`) or as it came back."""

    typed: Typed
    core: Desk | None
    errors: Mapping[str, Markup] = field(default_factory=dict)
    asks_number: bool = False
    """Whether one tap can mask what may be a My Number."""

    @staticmethod
    def blank(
        person: Person | None, area: Area | None, core: Desk | None, *, after_call: bool
    ) -> NoteForm:
        """A new note with its UUID and what is chosen beforehand for this role."""
        is_commissioner = person is not None and person.role is Role.COMMISSIONER
        # On a locked phone the number on file is nobody's to read.
        identity = person.identity if person and access.may_enter(Permission.SETTINGS) else None
        typed = Typed(
            {
                "id": str(uuid.uuid4()),
                "own_area": "" if area is None else str(area.id),
                "relation": "neighbour",
                "urgency": "soon",
                "person_knows": "unknown",
                "contact": "telephone" if is_commissioner else "reply",
                "show_name": "1" if is_commissioner else "0",
                "telephone": (identity.telephone if identity is not None else None) or "",
                "language": current_locale(),
                "after": "call" if after_call else "",
                "called_first": "done" if after_call else "",
            }
        )
        return NoteForm(typed, core)

    @staticmethod
    def returned(typed: Typed, core: Desk | None) -> NoteForm:
        """The form as it came back; what no person can put right by hand is put right here."""
        kept = as_sent(typed)
        if not _is_uuid(kept.get("id", "")):
            kept["id"] = str(uuid.uuid4())
        if kept.get("language") not in LOCALES:
            kept["language"] = current_locale()
        if kept.get("contact") != "telephone":
            kept.poplist("telephone")
        return NoteForm(kept, core)

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.typed.get(name, "")

    def raw(self, area_id: int | None) -> dict[str, object]:
        """The fields as any door takes them; what is empty is left out."""
        found: dict[str, object] = {
            name: self.typed[name] for name in SINGLE if self.typed.get(name)
        }
        if area_id is not None:
            found["area"] = str(area_id)
        if self.signs:
            found["signs"] = self.signs
        return found

    def with_problems(self, problems: Iterable[Problem]) -> Self:
        """The same form with the sentences that belong to its fields."""
        found = list(problems)
        errors = {_FIELD_ID.get(one.field, one.field): show(one.key, **one.params) for one in found}
        asks_number = any(one.code == "my_number" for one in found)
        return replace(self, errors=errors, asks_number=asks_number)

    @property
    def signs(self) -> list[str]:
        """The signs that are ticked."""
        return self.typed.getlist("signs")

    @property
    def summary(self) -> list[tuple[str, Markup]]:
        """What is missing, with the field it belongs to."""
        return list(self.errors.items())

    @property
    def common(self) -> list[tuple[str, Markup, dict[str, str]]]:
        """The six signs that stand open."""
        return self._options(sign.common())

    @property
    def groups(self) -> list[Group]:
        """The folds in their order."""
        codes = [code for code in sign.GROUPS if code not in ("common", sign.AFTER_CALL)]
        return [self._group(code) for code in codes]

    @property
    def called_about(self) -> Group | None:
        """What somebody telephoned about; offered after the call only."""
        return self.what_called if self.value("after") == "call" else None

    @property
    def what_called(self) -> Group:
        """What somebody may have telephoned about."""
        return self._group(sign.AFTER_CALL)

    @property
    def urgencies(self) -> list[tuple[str, Markup, Markup]]:
        """How urgent, with a line each; what is urgent now is the call sheet's."""
        codes = [code for code in CHOICES["urgency"] if code != Urgency.NOW]
        key = "note.form.urgency"
        return [(code, show(f"{key}.{code}"), show(f"{key}.{code}_hint")) for code in codes]

    @property
    def has_more_problems(self) -> bool:
        """Whether something is wrong in the fold, which then stands open."""
        return not _OUTSIDE_FOLD.issuperset(self.errors)

    def options(self, name: str) -> list[tuple[str, Markup]]:
        """The answers to a question, in their order."""
        return [(code, show(f"note.form.{name}.{code}")) for code in CHOICES[name]]

    @property
    def abouts(self) -> list[tuple[str, Markup, dict[str, str]]]:
        """What kind of person it may be about, and with whom no photo goes."""
        return [
            (code, words, _without_photos(no_photos.about(code)))
            for code, words in self.options("about")
        ]

    def contacts(self, person: Person | None) -> list[tuple[str, Markup]]:
        """How the desk may answer; without an account the replies wait behind the code."""
        reply = "reply" if person is not None else "code"
        return [
            ("reply", show(f"note.form.contact.{reply}")),
            ("telephone", show("note.form.contact.telephone")),
        ]

    def limit(self, name: str) -> int:
        """How many characters a field takes."""
        return LIMITS[name]

    @property
    def limits(self) -> str:
        """The same of every field, for the script that asks before the server can."""
        return json.dumps(dict(LIMITS))

    @property
    def calls(self) -> list[numbers.Number]:
        """Every number that some sign asks to call first."""
        calls = sign.calls_first(sign.SIGNS)
        return numbers.first_calls(calls, self.core)

    def _group(self, code: str) -> Group:
        signs = sign.in_group(code)
        is_about = _GROUP_OF_ABOUT.get(self.value("about")) == code
        is_ticked = any(one.code in self.signs for one in signs)
        return Group(
            code,
            self._options(signs),
            is_open=is_about or is_ticked or code == sign.AFTER_CALL,
            asks_not_nearby=code in _NOT_NEARBY_GROUPS,
        )

    def _options(self, signs: Iterable[sign.Sign]) -> list[tuple[str, Markup, dict[str, str]]]:
        return [(one.code, show(f"sign.{one.code}"), self._asks(one)) for one in signs]

    def _asks(self, one: sign.Sign) -> dict[str, str]:
        """What a sign asks of the page: how soon, a call first, and no photos."""
        number = numbers.number_of(one.call, self.core)
        calls = {"data-call": number} if number else {}
        return {"data-urgency": one.urgency} | calls | _without_photos(no_photos.with_sign(one))


def _without_photos(why: NoPhotos | None) -> dict[str, str]:
    return {"data-no-photos": why} if why else {}


def _is_uuid(text: str) -> bool:
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False
