"""Other doors: what staff took down for somebody who telephoned, came to the counter or wrote."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from enum import StrEnum


class CameBy(StrEnum):
    """The door through which a note came; a phone's page and its outbox are one."""

    APP = "app"
    TELEPHONE = "telephone"
    COUNTER = "counter"
    LETTER = "letter"


TAKEN_DOWN = (CameBy.TELEPHONE, CameBy.COUNTER, CameBy.LETTER)
"""The doors at which staff write, in the order in which they are offered."""
CALLER_LIMIT = 100
"""Characters of the caller's name, as a reader counts them."""


@dataclass(frozen=True)
class Taking:
    """By which door a note came, and whoever of the staff took it down, if it was not written here.

    `caller`: the name that was given, or nothing. It is no part of the note: like every reporter's
    it is kept apart, and the desk sees it only where its owner lets it.
    """

    came_by: CameBy = CameBy.APP
    by_id: uuid.UUID | None = None
    caller: str = ""

    @property
    def act(self) -> str:
        """The audit's word. Who wrote is nobody's to know; who took it down is."""
        return "accept" if self.by_id is None else "take_down"
