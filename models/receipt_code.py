"""控え番号 as people copy it: sixteen random digits and two that catch slips of the pen."""

from __future__ import annotations

import re
import secrets
import unicodedata

_RANDOM_DIGITS = 16
_BETWEEN = re.compile(r"[\s\u30fc\u2010-\u2015\u2212-]+")
_CODE = re.compile(r"[0-9]{18}")
_GROUP = re.compile(r"[0-9]{1,4}")


def generate() -> str:
    """A new code of 18 digits from the system's random source."""
    first = "".join(secrets.choice("0123456789") for _ in range(_RANDOM_DIGITS))
    return first + check_digits(first)


def check_digits(first: str) -> str:
    """The last two of a code: 98 - (first · 100 mod 97), ISO 7064 MOD 97-10."""
    return f"{98 - int(first) * 100 % 97:02}"


def show(code: str) -> str:
    """The code in its groups of 4-4-4-4-2."""
    return "-".join(_GROUP.findall(code))


def parse(typed: str) -> str | None:
    """The 18 digits of what was typed (any width, spaces, hyphens), or None."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    if not _CODE.fullmatch(digits):
        return None
    first, check = digits[:_RANDOM_DIGITS], digits[_RANDOM_DIGITS:]
    return digits if check == check_digits(first) else None
