"""Telephone numbers as people type them, brought to plain digits."""

from __future__ import annotations

import re
import unicodedata

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_BETWEEN = re.compile(r"[\s().,/・‐‑‒–—―−ー-]+")
_HOME = re.compile(r"0[1-9][0-9]{8,9}")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}")


def parse(text: str) -> str | None:
    """The number as digits (domestic with its 0, foreign with +), or None.

    Takes 全角, kanji digits, +81, brackets and any hyphens.
    """
    digits = unicodedata.normalize("NFKC", text).translate(_KANJI_DIGITS)
    digits = _BETWEEN.sub("", digits)
    if digits.startswith("+81"):
        digits = "0" + digits[3:].removeprefix("0")
    return digits if _HOME.fullmatch(digits) or _ABROAD.fullmatch(digits) else None
