"""What somebody asks for, in the forms in which it may stand in a note."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from models import normalise, receipt_code

LENGTH = 100
"""Characters of a question; nothing that is looked for is longer."""
_SHORT = 1
_CODE_DIGITS = 12
_DIGIT, _TWO_DIGITS = re.compile("[0-9]"), re.compile("[0-9]{2}")
_STROKES = re.compile(r"[\s\u30fc\u2010-\u2015\u2212-]+")


class Reason(StrEnum):
    """What of a note matched, the surest first."""

    CODE = "code"
    NAME = "name"
    PLACE = "place"
    SIGN = "sign"
    WORDS = "words"


@dataclass(frozen=True)
class Term:
    """One thing that is looked for, in each form in which it may stand."""

    letters: str
    """In any words."""
    name: str
    place: str
    """In a folded place; empty where it can be none."""
    signs: frozenset[str]
    """The signs in whose own words it stands."""

    @property
    def has_number(self) -> bool:
        """Whether it may be an address, which is written in other ways among words, too."""
        return len(self.place) > _SHORT and bool(_DIGIT.search(self.place))

    def is_in_letters(self, text: str) -> bool:
        """Whether it stands in the letters of a place; a number is only looked for whole."""
        return self.letters in text and not _DIGIT.search(self.letters)

    def is_in_place(self, text: str) -> bool:
        """Whether it stands in a folded place, its numbers whole: 3 in 3-12, and not in 13."""
        at = text.find(self.place) if self.place else -1
        while at >= 0:
            if not self._cuts(text, at) and not self._cuts(text, at + len(self.place)):
                return True
            at = text.find(self.place, at + 1)
        return False

    @staticmethod
    def _cuts(text: str, at: int) -> bool:
        """Whether a number goes on over a place in a text."""
        return bool(_TWO_DIGITS.fullmatch(text[max(at - 1, 0) : at + 1]))


@dataclass(frozen=True)
class Question:
    """A question. It is kept nowhere, and stands in no address and no log."""

    typed: str
    code: str | None
    """The digits of a receipt code, where it is one."""
    whole: Term
    parts: tuple[Term, ...]
    """Its words, where they are several: each may stand in another part of a note."""

    @staticmethod
    def of(typed: str, labels: Mapping[str, str]) -> Question:
        """Read what was typed; what is longer than LENGTH is cut. `labels`: the signs' words."""
        typed = typed[:LENGTH].strip()
        folded = normalise.each(normalise.letters, labels.values())
        signs = dict(zip(labels, folded, strict=True))
        parts = [term for part in typed.split() if (term := _term(part, signs)).letters]
        code = receipt_code.parse(typed)
        return Question(typed, code, _term(typed, signs), tuple(parts) if len(parts) > 1 else ())

    @property
    def is_empty(self) -> bool:
        """Whether nothing was asked: spaces and punctuation."""
        return not self.whole.letters

    @property
    def is_short(self) -> bool:
        """Whether it stands in too many words to be looked for among them."""
        return len(self.whole.letters) <= _SHORT

    @property
    def is_bad_code(self) -> bool:
        """Whether it was to be a receipt code, and some digit is wrong or missing."""
        digits = _STROKES.sub("", normalise.digits(self.typed))
        return self.code is None and digits.isdecimal() and len(digits) >= _CODE_DIGITS

    @property
    def has_number(self) -> bool:
        """Whether any of it may be an address."""
        return any(term.has_number for term in (self.whole, *self.parts))


def _term(typed: str, signs: Mapping[str, str]) -> Term:
    letters = normalise.letters(typed)
    named = frozenset(code for code, text in signs.items() if letters and letters in text)
    return Term(letters, normalise.name(typed), normalise.place(typed), named)
