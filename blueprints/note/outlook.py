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
from models.deadline import is_after_hours
from models.desk import Desk
from models.routing import desk_for
from models.urgency import Urgency, highest


@dataclass(frozen=True)
class Outlook:
    """For one note. The same for a sealed one: everything here is the door's, and the writer's."""

    desk: Desk
    received_at: dt.datetime
    is_held: bool
    instead_of: str
    """The area's own desk, where another one took the note."""
    is_closed: bool
    is_closing: bool
    opens_at: dt.datetime | None
    telephone: str
    is_duty: bool
    calls: list[numbers.Number]


def outlook(
    acceptance: dict[str, Any], area: Area | None, signs: list[str], chosen: Urgency
) -> Outlook:
    """Look at an accepted note as its sender may."""
    session, now = access.reading(), access.now()
    desk = session.get_one(Desk, uuid.UUID(acceptance["desk"]["id"]))
    home = None if area is None else desk_for(session, area)
    urgency = highest((chosen, sign.urgency_of(signs)))
    is_closed = not desk.calendar.is_open(now)
    return Outlook(
        desk=desk,
        received_at=dt.datetime.fromisoformat(acceptance["received_at"]),
        is_held=area is None,
        instead_of="" if home is None or home.id == desk.id else home.name,
        is_closed=is_closed,
        is_closing=not is_closed and is_after_hours(urgency, now, desk.calendar),
        opens_at=numbers.opens_at(desk, now) if is_closed else None,
        telephone=(desk.duty_telephone if is_closed else "") or desk.telephone,
        is_duty=is_closed and bool(desk.duty_telephone),
        calls=numbers.first_calls(sign.calls_first(signs), Desk.core(session)),
    )
