"""Single values out of what was sent, whatever it is; what is wrong is collected as problems."""

from __future__ import annotations

import dataclasses
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

from models import sign, text
from models.town_time import TOKYO

_YES = frozenset({"1", "true", "on", "yes"})
# Python refuses to write out longer numbers in tens.
_PLAIN_BITS = 64
_NO = frozenset({"", "0", "false", "off", "no"})


@dataclasses.dataclass(frozen=True)
class Problem:
    """What is wrong with a field; its words are `problem.<code>` with the params."""

    field: str
    code: str
    params: Mapping[str, object] = dataclasses.field(default_factory=dict)

    @property
    def key(self) -> str:
        """The catalogue key of its sentence."""
        return f"problem.{self.code}"


class Values:
    """The fields of one note as sent. `lenient` keeps whatever can be kept."""

    def __init__(self, raw: Mapping[str, object], *, lenient: bool) -> None:
        self.problems: list[Problem] = []
        self._raw = raw
        self._lenient = lenient

    def complain(self, name: str, code: str, **params: object) -> None:
        """Collect a problem, one a field and code."""
        if not any((known.field, known.code) == (name, code) for known in self.problems):
            self.problems.append(Problem(name, code, params))

    def complain_strictly(self, name: str, code: str) -> None:
        """Collect a problem that the sealed door does not even mention."""
        if not self._lenient:
            self.complain(name, code)

    def text(self, name: str) -> str:
        """Several lines as typed; "" where nothing can be seen."""
        typed = text.clean(self._string(name))
        return "" if text.is_blank(typed) else typed

    def line(self, name: str) -> str:
        """One line; "" where nothing can be seen."""
        typed = text.clean_line(self._string(name))
        return "" if text.is_blank(typed) else typed

    def choice(self, name: str, codes: Sequence[str]) -> str | None:
        """One of the codes; None where nothing or something unknown was sent."""
        value = self._raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str) and value in codes:
            return value
        if name == "language" and self._lenient:
            return None
        self.complain(name, "unknown_code" if isinstance(value, str) else "wrong_type")
        return None

    def switch(self, name: str, *, in_doubt: bool) -> bool:
        """Yes or no, as JSON or as a form's checkbox sends it."""
        value = self._raw.get(name)
        if value is None or isinstance(value, bool):
            return bool(value)
        if isinstance(value, str) and value.lower() in _YES | _NO:
            return value.lower() in _YES
        self.complain(name, "wrong_type")
        return in_doubt

    def signs(self, name: str) -> tuple[str, ...]:
        """Known codes, each once; lenient: what is not known stays among them as sent."""
        value = self._raw.get(name)
        if value is None:
            return ()
        if not isinstance(value, (list, tuple)):
            self.complain(name, "wrong_type")
            value = [value] if self._lenient else []
        found: dict[str, None] = {}
        for code in value:
            if isinstance(code, str) and code in sign.SIGNS:
                found[code] = None
                continue
            self.complain(name, "unknown_code" if isinstance(code, str) else "wrong_type")
            kept = text.clean_line(_leaves(code))
            if self._lenient and not text.is_blank(kept):
                found[kept] = None
        return tuple(found)

    def number(self, name: str, digits: int) -> str | None:
        """A row's number as ASCII digits, sent as text or as a number."""
        value = self._raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, int) and not isinstance(value, bool) and abs(value) < 10**digits:
            value = str(value)
        if isinstance(value, str) and len(value) <= digits and value.isascii() and value.isdigit():
            return value
        self.complain(name, "unknown_code" if isinstance(value, str) else "wrong_type")
        return None

    def note_id(self, name: str) -> uuid.UUID | None:
        """A random id in its usual form of 36 characters."""
        value = self._raw.get(name)
        if value is None or value == "":
            return None
        if isinstance(value, str):
            try:
                found = uuid.UUID(value)
            except ValueError:
                found = uuid.UUID(int=0)
            if found.int and str(found) == value.lower():
                return found
        self.complain(name, "bad_id")
        return None

    def instant(self, name: str) -> dt.datetime | None:
        """An ISO 8601 instant as aware UTC; without an offset it is the town's clock."""
        value = self._raw.get(name)
        if value is None or value == "":
            return None
        try:
            at = dt.datetime.fromisoformat(value) if isinstance(value, str) else None
            if at is not None:
                return (at if at.tzinfo else at.replace(tzinfo=TOKYO)).astimezone(dt.UTC)
        except (ValueError, OverflowError):
            pass
        self.complain_strictly(name, "bad_date")
        return None

    def _string(self, name: str) -> str:
        value = self._raw.get(name)
        if value is None:
            return ""
        if isinstance(value, str):
            return value
        self.complain(name, "wrong_type")
        return _leaves(value) if self._lenient else ""


def _leaves(value: object) -> str:
    """All text and numbers within a value of any depth, in their order."""
    found: list[str] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, Mapping):
            left.extend(part for pair in reversed(list(one.items())) for part in reversed(pair))
        elif isinstance(one, (list, tuple)):
            left.extend(reversed(one))
        elif isinstance(one, (str, int, float)) and not isinstance(one, bool):
            is_huge = isinstance(one, int) and one.bit_length() > _PLAIN_BITS
            found.append(f"{one:#x}" if is_huge else str(one))
    return " ".join(found)
