"""The pages that a phone keeps for a lost signal: of nobody, the same for everybody of a kind."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from flask import Response, abort, current_app, g, render_template, request
from markupsafe import Markup
from sqlalchemy.orm import selectinload
from werkzeug.wrappers import Response as AnyResponse

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import asked, bp, hours, numbers
from blueprints.note.form import NoteForm
from blueprints.note.where import Where
from models.desk import Desk, DeskKind
from models.person import Person, Role
from models.town import NumberPlace
from models.words import LOCALES

ROLES = {"anyone": None, "person": Role.RESIDENT, "commissioner": Role.COMMISSIONER}
"""Whose form it is: the defaults differ, and so does how the answers are read."""


@dataclass(frozen=True)
class Slot:
    """A name that the phone fills in from what it knows."""

    name: Markup


@dataclass(frozen=True)
class FilledPlace:
    """The own area and its desk, for the phone to fill in."""

    area: Slot = Slot(Markup('<span data-fill="area"></span>'))
    desk: Slot = Slot(Markup('<span data-fill="desk"></span>'))
    choices: list[str] = field(default_factory=list)


@bp.get("/shell/<language>/<whose>/<kept>")
@allow(Permission.ANYONE)
def show_shell(language: str, whose: str, kept: str) -> AnyResponse:
    """One page of the shell, rendered in a request of nobody's: no session, no person, no token."""
    if language not in LOCALES or whose not in ROLES or kept not in PAGES:
        abort(404)
    g.is_shell = True
    answer = Response(rendered(language, whose, kept), mimetype="text/html")
    answer.headers["Cache-Control"] = "no-cache"
    answer.add_etag(weak=True)
    return answer.make_conditional(request)


def rendered(language: str, whose: str, kept: str) -> str:
    """The page as it would be for somebody who brings nothing along, not even a cookie."""
    with current_app.app_context(), current_app.test_request_context(request.path):
        g.locale, g.is_shell = language, True
        role = ROLES[whose]
        person = None if role is None else Person(role=role)
        return PAGES[kept](person)


def _page(template: str, person: Person | None, **values: Any) -> str:
    return render_template(
        f"note/{template}.html",
        person=person,
        unread=0,
        replies_href="/receipts" if person is None else "/notes",
        desk_href="/desks",
        **values,
    )


def _note(person: Person | None) -> str:
    form = NoteForm.blank(person, None, Desk.core(access.reading()), after_call=False)
    # Each note has an id of its own, which the phone draws.
    form.typed["id"] = ""
    place = {"place": Where(), "filled": FilledPlace(), "desks": _places(), "desk": None}
    values = {"draft": "note", "sentences": asked.of_note(), **place}
    return _page("form", person, form=form, action="/notes", **values)


def _calls(person: Person | None) -> str:
    return _page(
        "shell_calls",
        person,
        first=numbers.sheet(NumberPlace.FIRST),
        own=[(desk, numbers.of_desk(desk, _hours(desk))) for desk in _desks()],
        local=numbers.sheet(NumberPlace.LOCAL),
        other=numbers.sheet(NumberPlace.OTHER),
    )


def _facts(person: Person | None) -> str:
    now = access.now()
    told = [(desk, hours.lines(desk), hours.closings(desk, now)) for desk in _desks()]
    return _page("shell_desks", person, tab="desk", desks=told)


def _notes(person: Person | None) -> str:
    return _page("shell_notes", person, tab="replies")


def _closed(_person: Person | None) -> str:
    return render_template("closed.html")


PAGES: dict[str, Callable[[Person | None], str]] = {
    "note": _note,
    "calls": _calls,
    "desks": _facts,
    "notes": _notes,
    "closed": _closed,
}


def _desks() -> list[Desk]:
    """Every desk, the core first: it is right for whoever has no area."""
    rows = access.reading().scalars(
        sa.select(Desk).options(selectinload(Desk.areas)).order_by(Desk.name, Desk.id)
    )
    return sorted(rows, key=lambda desk: desk.kind is not DeskKind.CORE)


def _places() -> list[dict[str, Any]]:
    """What a form from a desk's page begins with, by desk; only where its area is certain."""
    return [
        {
            "desk": {"id": str(desk.id), "name": desk.name},
            "area": {"id": desk.areas[0].id, "name": desk.areas[0].name},
        }
        for desk in _desks()
        if len(desk.areas) == 1
    ]


def _hours(desk: Desk) -> Markup:
    """Its hours instead of whether it is open: a kept page does not know the time it is read at."""
    return Markup(", ").join(hours.lines(desk))
