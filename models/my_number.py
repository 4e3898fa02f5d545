"""Individual numbers (マイナンバー), which no note may carry (番号法 第20条)."""

from __future__ import annotations

import re
import unicodedata

_TWELVE = re.compile(r"(?<![0-9])(?<![0-9]-)[0-9]{4}[ -]?[0-9]{4}[ -]?[0-9]{4}(?!-?[0-9])")

# One character for one, so that places in the text stay what they are.
_HALF_WIDTH = str.maketrans("０１２３４５６７８９\u3000－", "0123456789 -")


def is_in(text: str) -> bool:
    """Whether twelve digits of the text, with or without gaps, are a valid number."""
    plain = unicodedata.normalize("NFKC", text)
    return any(_is_valid(found.group()) for found in _TWELVE.finditer(plain))


def mask(text: str) -> str:
    """The text with the digits of every valid number as ●, and nothing else changed."""
    plain, kept = text.translate(_HALF_WIDTH), list(text)
    for found in _TWELVE.finditer(plain):
        if _is_valid(found.group()):
            for place in range(*found.span()):
                kept[place] = "●" if plain[place].isdigit() else kept[place]
    return "".join(kept)


def _is_valid(written: str) -> bool:
    """Check digit by 番号法施行規則 (平成26年総務省令第85号) 第5条."""
    *digits, check = (int(character) for character in written if character.isdigit())
    weights = (6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)
    rest = sum(digit * weight for digit, weight in zip(digits, weights, strict=True)) % 11
    return check == (0 if rest <= 1 else 11 - rest)
