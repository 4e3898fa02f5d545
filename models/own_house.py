"""A house as addresses and notes name it, so that somebody's own is known among them."""

from __future__ import annotations

import re
from typing import NamedTuple

from sqlalchemy.orm import Session

from models import normalise, place
from models.household import whereabouts

_NUMBER = re.compile("[0-9]")


class House(NamedTuple):
    """A house as it is compared: its town, its number or description, its room if any."""

    town: int
    lot: str
    room: str


def house_of(session: Session, area_id: int | None, typed: str, detail: str) -> House | None:
    """The house of a note, or of an address where `area_id` is None and the town is looked for."""
    whole = f"{typed} {detail}".strip()
    if not detail and not _NUMBER.search(normalise.place(whole)):
        # A town alone, as most notes name it.
        return None
    if area_id is None:
        towns = place.find(session, whole) if whole else []
        area_id = towns[0].id if len(towns) == 1 else None
    for text in (detail, whole):
        if found := place.house(session, area_id, text):
            town, folded = found
            at = whereabouts.understood(folded)
            room = f"{at.block}|{at.room}" if at.block or at.room else ""
            return House(town, "-".join(at.lot) or folded, room)
    return None
