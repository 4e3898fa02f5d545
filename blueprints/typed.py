"""What somebody typed, given back in its fields when it could not be taken."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup

from blueprints.language import current_locale, show, words

LINE_LENGTH = 60
KEPT = "kept."
"""Before the name of a field that waits until its writer has signed in again."""
_KEYS = frozenset({"token", "code", "digits"})
"""What lets its holder in or opens a thread."""
_CODE = re.compile(r"[a-z][a-z0-9_@-]*|[0-9a-f-]{36}|[01]")


@dataclass(frozen=True, slots=True)
class Typed:
    """One field of the form as it came."""

    name: str
    value: str
    label: Markup
    is_code: bool
    """Chosen, or the key to go on with: it is sent again, and stands on nobody's screen."""

    @property
    def is_long(self) -> bool:
        """Whether it needs more than one line."""
        return len(self.value) > LINE_LENGTH or "\n" in self.value


def kept_fields(pairs: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """The fields that waited for the sign-in, under their own names."""
    return [(name.removeprefix(KEPT), value) for name, value in pairs if name.startswith(KEPT)]


def typed_fields(pairs: Iterable[tuple[str, str]]) -> list[Typed]:
    """The fields worth giving back; an empty one holds nothing that could be lost."""
    return [_typed(name, value) for name, value in pairs if value]


def _typed(name: str, value: str) -> Typed:
    key = f"frame.typed.{name}"
    has_label = words().has(current_locale(), key)
    label = show(key) if has_label else show("frame.error.words")
    is_code = not has_label and _CODE.fullmatch(value) is not None
    return Typed(name, value, label, is_code or name in _KEYS)
