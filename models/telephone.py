"""Telephone numbers as people type them, brought to plain digits."""

from __future__ import annotations

import re

from models import normalise

_BETWEEN = re.compile(r"[\s().,/\u30fb\u30fc\u2010-\u2015\u2212-]+")
_HOME = re.compile(r"0[1-9][0-9]{8,9}")
_ABROAD = re.compile(r"\+[1-9][0-9]{7,14}")


def parse(text: str) -> str | None:
    """The number as digits (domestic with its 0, foreign with +), or None.

    Takes wide and kanji digits, +81, brackets and any hyphens.
    """
    digits = _BETWEEN.sub("", normalise.digits(text))
    if digits.startswith("+81"):
        digits = "0" + digits[3:].removeprefix("0")
    return digits if _HOME.fullmatch(digits) or _ABROAD.fullmatch(digits) else None
