"""What a list may be narrowed to: an urgency, an area, what is overdue; all together, too."""

from __future__ import annotations

from dataclasses import dataclass

from models.urgency import Urgency


@dataclass(frozen=True)
class Narrowing:
    """Nothing set is the whole list."""

    urgency: Urgency | None = None
    area_id: int | None = None
    is_overdue: bool = False
    """Only what the desk owed before now: an acknowledgement, or the word of a next date."""

    def __bool__(self) -> bool:
        return self != WHOLE


WHOLE = Narrowing()
