"""What is true right after a note: where it is, whether anybody is there, whom to telephone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from blueprints import access
from blueprints.note import numbers
from models import sign
from models.area import Area
from models.desk import Desk
from models.hours import Hours, hours_of
from models.routing import desk_for
from models.urgency import Urgency


@dataclass(frozen=True)
class Outlook:
    """For one note. The same for a sealed one: everything here is the door's, and the writer's."""

    desk: Desk
    received_at: dt.datetime
    is_held: bool
    instead_of: str
    """The area's own desk, where another one took the note."""
    hours: Hours
    calls: list[numbers.Number]


def outlook(
    acceptance: dict[str, Any], area: Area | None, signs: list[str], chosen: Urgency
) -> Outlook:
    """Look at an accepted note as its sender may."""
    session, now = access.reading(), access.now()
    desk = session.get_one(Desk, uuid.UUID(acceptance["desk"]["id"]))
    home = None if area is None else desk_for(session, area)
    return Outlook(
        desk=desk,
        received_at=dt.datetime.fromisoformat(acceptance["received_at"]),
        # An acceptance of before does not tell; then no area meant held.
        is_held=acceptance.get("held", area is None),
        instead_of="" if home is None or home.id == desk.id else home.name,
        hours=hours_of(desk, chosen, signs, now),
        calls=numbers.first_calls(sign.calls_first(signs), Desk.core(session)),
    )
