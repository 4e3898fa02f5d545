"""Individual numbers (マイナンバー), which no note may carry (番号法 第20条)."""

from __future__ import annotations

import re
import unicodedata

_TWELVE = re.compile(r"(?<![0-9])(?<![0-9]-)[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?!-?[0-9])")


def is_in(text: str) -> bool:
    """Whether twelve digits of the text, with or without gaps, are a valid number."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_valid(found.group()) for found in _TWELVE.finditer(plain))


def _is_valid(written: str) -> bool:
    """Check digit by 番号法施行規則 (平成26年総務省令第85号) 第5条."""
    *digits, check = (int(character) for character in written if character.isdigit())
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return check == (0 if rest <= 1 else 11 - rest)
