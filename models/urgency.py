"""How soon a worry wants an answer, from 気にかけておく to いますぐ電話."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum


class Urgency(StrEnum):
    """U0 to U3; the words stored."""

    MEMO = "memo"
    SOON = "soon"
    TODAY = "today"
    NOW = "now"

    @property
    def rank(self) -> int:
        """0 for `memo` up to 3 for `now`."""
        return _ORDER.index(self)

    @property
    def is_hurried(self) -> bool:
        """Whether it is owed within the day: `today` and `now`."""
        return self in (Urgency.TODAY, Urgency.NOW)

    @property
    def is_taken_with_others(self) -> bool:
        """Whether a desk may acknowledge several of these in one tap."""
        return self is Urgency.MEMO


BY_HOUSEHOLD = "household_"
"""What the codes of the reasons begin with for which a household raises a note."""
_ORDER = (Urgency.MEMO, Urgency.SOON, Urgency.TODAY, Urgency.NOW)


def highest(urgencies: Iterable[Urgency]) -> Urgency:
    """The most urgent of several; `memo` where there is none."""
    return max(urgencies, key=lambda urgency: urgency.rank, default=Urgency.MEMO)


def raised(urgency: Urgency) -> Urgency:
    """One step up, as several reporters or signs at one place do; never up to `now`.

    `now` means that somebody telephones, which only a person can decide.
    """
    if urgency.rank >= Urgency.TODAY.rank:
        return urgency
    return _ORDER[urgency.rank + 1]


def came_raised(why: Iterable[str]) -> bool:
    """Whether it was raised on arrival, so that it may have gone past the desk at its door."""
    return any(not code.startswith(BY_HOUSEHOLD) for code in why)


def before_raised(urgency: Urgency) -> Urgency:
    """What `raised` made this urgency of."""
    return _ORDER[max(urgency.rank - 1, 0)]
