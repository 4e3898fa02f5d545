"""What people type, kept as they typed it: only what breaks pages and databases is taken out."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Any

_CONTROLS = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_SURROGATES = re.compile(r"[\ud800-\udfff]")
_BIDI = re.compile(r"[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
# The longest real clusters (families, flags of regions) stay below; stacked marks do not.
_POINTS_OF_ONE = 16
# Letters that show nothing, beside spaces and format characters.
_EMPTY = frozenset("\u115f\u1160\u2800\u3164\uffa0\u034f")
_UNSEEN_KINDS = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})


def clean(text: str) -> str:
    """The text as typed, without control characters other than newline and tab.

    Line ends become newlines and lone surrogates U+FFFD; nothing is normalised, so that
    emoji, 𠮷, 髙, variation selectors and combining marks come back equal.
    """
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return _SURROGATES.sub("\ufffd", _CONTROLS.sub("", lines))


def clean_line(text: str) -> str:
    """A name or place: one line, without marks that turn the reading direction."""
    return _SPACES.sub(" ", _BIDI.sub("", clean(text))).strip()


def length(text: str) -> int:
    """How many characters a reader counts; a pile of marks on one letter counts as more."""
    if len(text) <= 1:
        return len(text)
    return sum(-(-len(one.group()) // _POINTS_OF_ONE) for one in _graphemes().finditer(text))


@cache
def _graphemes() -> Any:
    # The worker counts nothing, and is spared it.
    import regex  # noqa: PLC0415

    return regex.compile(r"\X")


def excess(text: str, limit: int) -> int:
    """By how many characters a text is longer than `limit`; 0 where it fits."""
    return 0 if len(text) <= limit else max(length(text) - limit, 0)


def is_blank(text: str) -> bool:
    """Whether nothing can be seen: spaces, zero-width and control characters only."""
    return all(_is_unseen(character) for character in text)


def _is_unseen(character: str) -> bool:
    kind = unicodedata.category(character)
    is_selector = "VARIATION SELECTOR" in unicodedata.name(character, "")
    return character in _EMPTY or is_selector or kind in _UNSEEN_KINDS
