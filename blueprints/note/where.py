"""Which area a note is about: the own one, or the one that a postal code or town name means."""

from __future__ import annotations

from dataclasses import dataclass, field

from blueprints import access
from blueprints.note.form import NoteForm, PageProblem
from models import place, text
from models.area import Area
from models.desk import Desk
from models.draft import LIMITS, Problem
from models.routing import desk_for

MOST_DIGITS = 9


@dataclass(frozen=True)
class Where:
    """The area found, those to choose from, and what is still to be answered."""

    area: Area | None = None
    choices: list[Area] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)

    @property
    def options(self) -> list[tuple[str, str]]:
        """The towns to choose from."""
        return [(str(town.id), town.name) for town in self.choices]

    @property
    def desk(self) -> Desk | None:
        """The desk that receives notes about the area; the core where nobody covers it."""
        session = access.reading()
        found = None if self.area is None else desk_for(session, self.area)
        return found or Desk.core(session)


def where(form: NoteForm) -> Where:
    """Find the area of what was typed. A town nobody knows is asked about once, then taken."""
    asked = text.clean_line(form.value("place"))
    if text.is_blank(asked):
        area = _chosen(form)
        return Where(area, problems=[] if area else [Problem("place", "need_place")])
    if text.excess(asked, LIMITS["place"]):
        return Where()
    found = place.find(access.reading(), asked)
    chosen = [area for area in found if str(area.id) == form.value("area")] or found
    if len(chosen) == 1:
        return Where(chosen[0], found if len(found) > 1 else [])
    if chosen:
        return Where(choices=chosen, problems=[PageProblem("place", "place_many")])
    is_known = form.value("unknown_place") == asked
    return Where(problems=[] if is_known else [PageProblem("place", "place_unknown")])


def _chosen(form: NoteForm) -> Area | None:
    area = form.value("own_area")
    is_number = area.isascii() and area.isdigit() and len(area) <= MOST_DIGITS
    return access.reading().get(Area, int(area)) if is_number else None
