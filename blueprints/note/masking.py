"""Whoever was asked about a My Number may send it masked, with one tap."""

from __future__ import annotations

from collections.abc import Mapping

from werkzeug.datastructures import MultiDict

from models import my_number
from models.draft import OWN_WORDS

_FIELDS = (*OWN_WORDS, "unknown_place", "caller")


def is_masking(typed: Mapping[str, str]) -> bool:
    """Whether that is how it was sent."""
    return typed.get("numbers") == "mask"


def as_sent(typed: MultiDict[str, str]) -> MultiDict[str, str]:
    """A copy of the fields of a note, masked where its writer says so."""
    kept = MultiDict(typed)
    if is_masking(typed):
        for name in _FIELDS:
            kept[name] = my_number.mask(kept.get(name, ""))
    return kept
