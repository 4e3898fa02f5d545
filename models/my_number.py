"""Individual numbers (マイナンバー), which no note may carry (番号法 第20条)."""

from __future__ import annotations

import re
from unicodedata import normalize

# The lookahead finds those that share digits, too.
_TWELVE = re.compile(r"(?<![0-9])(?<![0-9]-)(?=([0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4})(?!-?[0-9]))")


def is_in(text: str) -> bool:
    """Whether twelve digits of the text, with or without gaps, are a valid number."""
    return bool(_places(text))


def mask(text: str) -> str:
    """The text with the digits of every valid number as ●, and nothing else changed."""
    kept = list(text)
    for place in _places(text):
        kept[place] = "●"
    return "".join(kept)


def _places(text: str) -> set[int]:
    """Where the text has a digit of a valid number, in whichever width or ornament."""
    plain = [(one, at) for at, typed in enumerate(text) for one in normalize("NFKC", typed)]
    found = _TWELVE.finditer("".join(one for one, _ in plain))
    spans = [plain[slice(*match.span(1))] for match in found if _is_valid(match[1])]
    return {at for span in spans for one, at in span if one.isdigit()}


def _is_valid(written: str) -> bool:
    """Check digit by 番号法施行規則 (平成26年総務省令第85号) 第5条."""
    *digits, check = (int(character) for character in written if character.isdigit())
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return check == (0 if rest <= 1 else 11 - rest)
