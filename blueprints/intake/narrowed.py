"""By what a list is narrowed: it stands in the address alone, and says nothing of anybody."""

from __future__ import annotations

import uuid
from dataclasses import dataclass, replace

from flask import abort, request

from blueprints import access
from blueprints.access import Permission
from blueprints.intake import claims
from blueprints.language import plain
from models.area import Area
from models.bands import STATES
from models.desk import Desk
from models.handoff import Handoff, State
from models.narrowing import WHOLE, Narrowing, areas_of, around
from models.queue import View
from models.sign import Field
from models.urgency import Urgency

_DIGITS = 9
"""Of the largest number of an area that a database can be asked for."""
NAMES = frozenset({"urgency", "area", "whose", "overdue", "state", "field"})
MINE, NOBODYS = "mine", "nobody"


@dataclass(frozen=True)
class Narrowed:
    """What was asked for, and what may be."""

    by: Narrowing
    whose: str
    """Mine, nobody's, or whose: the id of a member; anybody's without."""
    areas: list[tuple[str, str]]
    states: list[tuple[str, str]]
    """None where every row of the list has the same."""
    owners: list[tuple[str, str]]

    @property
    def query(self) -> str:
        """The same once more, for the end of an address."""
        return query_of(self.by, self.whose)

    def query_in(self, view: View) -> str:
        """The same for another list, which may not have the state."""
        by = self.by if self.by.state in STATES[view] else replace(self.by, state=None)
        return query_of(by, self.whose)

    @property
    def onward(self) -> str:
        """The same behind an address that asks nothing else."""
        return self.query.replace("&", "?", 1)

    @property
    def urgencies(self) -> list[tuple[str, str]]:
        """The choices, the most urgent first."""
        every = sorted(Urgency, key=lambda one: -one.rank)
        return [("", plain("desk.narrow.all")), *((u, plain(f"frame.urgency.{u}")) for u in every)]

    @property
    def fields(self) -> list[tuple[str, str]]:
        """The choices, as the activity report has them."""
        return [("", plain("desk.narrow.all")), *((f, plain(f"sign.field.{f}")) for f in Field)]


def of(desk: Desk, view: View) -> Narrowed:
    """What the address asks of a desk's list; 404 for what it cannot be narrowed to.

    An area whose last note has just left the desk leaves an open list that is empty.
    """
    handoffs = access.listing(Handoff, Permission.HANDOFF_READ)
    known = dict(areas_of(access.reading(), handoffs, desk))
    by, whose = _asked()
    if by.state not in STATES[view]:
        # Whoever acted in another list comes back to this one.
        by = replace(by, state=None)
    by, owners = _of_owner(desk, by, whose)
    if by.area_id is not None and by.area_id not in known:
        area = access.reading().get(Area, by.area_id) or abort(404)
        known[area.id] = area.name
    if by.area_id is not None:
        found = around(access.reading(), by.area_id)
        by = replace(by, around=tuple(id_ for id_ in known if id_ in found))
    named = ((str(id_), name) for id_, name in known.items())
    return Narrowed(by, whose, [("", plain("desk.narrow.all")), *named], _states(view), owners)


def _states(view: View) -> list[tuple[str, str]]:
    named = [(state.value, plain(f"desk.state.{state}")) for state in STATES[view]]
    return [("", plain("desk.narrow.all")), *named] if named else []


def _of_owner(desk: Desk, by: Narrowing, whose: str) -> tuple[Narrowing, list[tuple[str, str]]]:
    """Whose notes alone, and the choices; 404 for somebody who was never at this desk."""
    choices = [("", plain("desk.narrow.all"))]
    choices += [(one, plain(f"desk.narrow.{one}")) for one in (MINE, NOBODYS)]
    if whose in ("", NOBODYS):
        return replace(by, is_nobodys=whose == NOBODYS), choices
    if whose == MINE:
        return replace(by, person_id=access.actor().person_id), choices
    person_id = uuid.UUID(whose)
    name = claims.member_name(desk, person_id) or abort(404)
    return replace(by, person_id=person_id), [*choices, (whose, name)]


def query_of(by: Narrowing, whose: str) -> str:
    """The end of the address of a list."""
    parts = {
        "urgency": by.urgency,
        "area": by.area_id,
        "whose": whose or None,
        "overdue": "1" if by.is_overdue else None,
        "state": by.state,
        "field": by.field,
    }
    return "".join(f"&{name}={value}" for name, value in parts.items() if value is not None)


def acted_in() -> str:
    """The end of the address of the list from which a form came; nothing where it is no list's."""
    try:
        return query_of(*_read())
    except ValueError:
        return ""


def _asked() -> tuple[Narrowing, str]:
    if NAMES.isdisjoint(request.args):
        return WHOLE, ""
    try:
        return _read()
    except ValueError:
        abort(404)


def _read() -> tuple[Narrowing, str]:
    names = ("urgency", "area", "overdue", "whose")
    urgency, area, overdue, whose = (request.args.get(name, "") for name in names)
    is_area = area == "" or (area.isascii() and area.isdigit() and len(area) <= _DIGITS)
    if overdue not in ("", "1") or not is_area:
        raise ValueError("no such narrowing")
    state, field = (request.args.get(name, "") for name in ("state", "field"))
    if whose not in ("", MINE, NOBODYS):
        whose = str(uuid.UUID(whose))
    by = Narrowing(
        Urgency(urgency) if urgency else None,
        int(area) if area else None,
        overdue == "1",
        state=State(state) if state else None,
        field=Field(field) if field else None,
    )
    return by, whose
