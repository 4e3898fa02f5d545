"""Six digits that open reading on a phone: how they are typed, and which are no secret."""

from __future__ import annotations

import itertools
import re
import unicodedata

from models.errors import Invalid

DIGITS = 6
_FIELD = "pin"
_HALF, _THIRD = DIGITS // 2, DIGITS // 3
# The columns of a telephone's keys, up and down.
_COLUMNS = ("147", "258", "369", "741", "852", "963")
_SHORT_MONTHS = {2: 29, 4: 30, 6: 30, 9: 30, 11: 30}
_BETWEEN = re.compile(r"[\s-]")
_FIRST_YEAR, _LAST_YEAR = 1900, 2099


def read(typed: str) -> str | None:
    """The digits of what was typed, full width or with spaces too; None where it is not six."""
    digits = _BETWEEN.sub("", unicodedata.normalize("NFKC", typed))
    return digits if len(digits) == DIGITS and digits.isascii() and digits.isdecimal() else None


def chosen(typed: str) -> str:
    """The digits somebody chooses; raises Invalid where others would think of them first."""
    digits = read(typed)
    if digits is None:
        raise Invalid("lock.problem.six", _FIELD)
    if _is_a_pattern(digits):
        raise Invalid("lock.problem.easy", _FIELD)
    if _is_a_day(digits):
        raise Invalid("lock.problem.day", _FIELD)
    return digits


def _is_a_pattern(digits: str) -> bool:
    """The same again and again, a row, pairs, or a walk down the keys."""
    repeats = any(digits == digits[:n] * (DIGITS // n) for n in (1, _THIRD, _HALF))
    steps = {(int(b) - int(a)) % 10 for a, b in itertools.pairwise(digits)}
    is_row = len(steps) == 1 and steps <= {1, 9}
    pairs = all(digits[n] == digits[n + 1] for n in range(0, DIGITS, 2))
    mirrored = digits[:_HALF] == digits[:_HALF][0] * _HALF and digits[_HALF:] == digits[-1] * _HALF
    walks = digits[:_HALF] in _COLUMNS and digits[_HALF:] in _COLUMNS
    return repeats or is_row or pairs or mirrored or walks


def _is_a_day(digits: str) -> bool:
    """Year, month and day, of our years or an emperor's; or a whole year with its month."""
    month, day = int(digits[2:4]), int(digits[4:])
    if 1 <= month <= 12 and 1 <= day <= _SHORT_MONTHS.get(month, 31):
        return True
    return _FIRST_YEAR <= int(digits[:4]) <= _LAST_YEAR and 1 <= int(digits[4:]) <= 12
