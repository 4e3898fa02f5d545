"""The call sheet: telephone first, write afterwards."""

from __future__ import annotations

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp, numbers
from blueprints.note.page import Page, own_desk, page
from models.desk import Desk
from models.town import NumberPlace


@bp.get("/calls")
@allow(Permission.ANYONE)
def show_calls() -> Page:
    """The numbers to call, before anything is asked."""
    now = access.now()
    desk = own_desk(access.me()) or Desk.core(access.reading())
    desks = [] if desk is None else [desk]
    return page(
        "calls",
        first=numbers.sheet(NumberPlace.FIRST),
        local=numbers.once_each(numbers.of_desks(desks, now) + numbers.sheet(NumberPlace.LOCAL)),
        other=numbers.sheet(NumberPlace.OTHER),
    )
