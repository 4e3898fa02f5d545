"""What a key may end in that the sources put together: "sign." and a sign, "push." and a kind."""

from __future__ import annotations

import re
from collections.abc import Iterable

from blueprints.intake.day_sheet import COLUMNS
from models.delivery import DeliveryKind
from models.draft import CHOICES
from models.handoff import Outcome
from models.reply_text import TEMPLATES
from models.reveal.entity import RevealKind
from models.sign import SIGNS

_UNITS = ("day", "hour", "minute")
_SAID = re.compile(r"\bSaid\(\s*\"([a-z_]+)\"")
_MAKES_PROBLEMS = re.compile(r"\bProblem\(|\.complain\(")
_LITERAL = re.compile(r"(?<=[\"'`=])[a-z0-9_@-]+(?=[\"'`{])")
_OPEN_DEPTH = 2
"""Dots in a beginning whose tails need no table, where each is a code of ours."""


class Tails:
    """What may follow a beginning, as far as these sources can put it there."""

    def __init__(self, texts: Iterable[str]) -> None:
        texts = list(texts)
        whole = "\n".join(texts)
        self._codes = set(_LITERAL.findall(whole))
        making = "\n".join(text for text in texts if _MAKES_PROBLEMS.search(text))
        called = {f"called_{how}" for how in CHOICES["called_first"]}
        self._closed: dict[str, set[str]] = {
            "desk.day.column.": set(COLUMNS),
            "desk.": {f"outcome.{one}" for one in Outcome},
            "frame.": {unit + s for unit in _UNITS for s in ("", "s")},
            "problem.": set(_LITERAL.findall(making)),
            "push.": {f"{one}.{part}" for one in DeliveryKind for part in ("title", "body")},
            "reveal.": {f"{one}.{part}" for one in RevealKind for part in ("title", "what")},
            "said.": {*TEMPLATES, *_SAID.findall(whole), *called},
            "sign.": set(SIGNS),
        }

    def fit(self, beginning: str, tail: str) -> bool:
        """Whether the key of both can be meant by a source in which the beginning stands."""
        if beginning in self._closed or beginning.count(".") < _OPEN_DEPTH:
            return tail in self._closed.get(beginning, ())
        return all(self._is_code(part) for part in tail.strip(".").split("."))

    def _is_code(self, part: str) -> bool:
        """A word of the sources, or two of them: `place` and `town`, `memo` and `_hint`."""
        if self._is_word(part):
            return True
        joints = [at for at, letter in enumerate(part) if letter == "_"]
        return any(
            any(map(self._is_word, (part[:at], part[: at + 1])))
            and any(map(self._is_word, (part[at:], part[at + 1 :])))
            for at in joints
        )

    def _is_word(self, part: str) -> bool:
        return part in self._codes or part.isdigit()
