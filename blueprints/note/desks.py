"""The desks' public pages: the law asks that name, place, hours and telephone are known.

A place that is looked for comes in the body: it may be somebody's address, and an address of a
page stands in logs and in the browser's history.
"""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import abort, g, request
from sqlalchemy.orm import selectinload

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp, hours, numbers
from blueprints.note.page import Page, own_desk, page
from models import place
from models.desk import Desk, DeskKind
from models.hours import opens_at
from models.routing import desk_for
from models.text import clean_line

ASKED_LENGTH = 100


@bp.get("/desks")
@allow(Permission.ANYONE)
def list_desks() -> Page:
    """All desks with their areas, and the field that finds one."""
    g.is_public = True
    return _desks_page("")


@bp.post("/desks")
@allow(Permission.ANYONE)
def find_desks() -> Page:
    """All desks, and above them those that a postal code or town means; changes nothing."""
    return _desks_page(clean_line(request.form.get("place", "")[:ASKED_LENGTH]))


@bp.get("/desks/<uuid:desk_id>")
@allow(Permission.ANYONE)
def show_desk(desk_id: uuid.UUID) -> Page:
    """One desk: who is there, where and when, and what happens when one writes."""
    g.is_public = True
    desk = public_desk(desk_id)
    now = access.now()
    return page(
        "desk",
        tab="desk",
        desk=desk,
        hours=hours.lines(desk),
        closings=hours.closings(desk, now),
        is_open=desk.calendar.is_open(now),
        opens=opens_at(desk, now),
        when=numbers.when,
    )


def public_desk(desk_id: uuid.UUID) -> Desk:
    """A desk as everybody may know it; 404 for an unknown one."""
    desk = access.reading().get(Desk, desk_id)
    if desk is None:
        abort(404)
    return desk


def _desks_page(asked: str) -> Page:
    return page(
        "desks",
        tab="desk",
        desks=_all_desks(),
        own=own_desk(access.me()),
        asked=asked,
        found=_found(asked),
    )


def _all_desks() -> list[Desk]:
    """Intake points by name, the core last."""
    rows = access.reading().scalars(
        sa.select(Desk).options(selectinload(Desk.areas)).order_by(Desk.name, Desk.id)
    )
    return sorted(rows, key=lambda desk: desk.kind is DeskKind.CORE)


def _found(asked: str) -> list[tuple[str, Desk]]:
    """The towns that a postal code or name means, each with the desk that receives it."""
    session = access.reading()
    towns = place.find(session, asked) if asked else []
    core = Desk.core(session)
    pairs = [(town.name, desk_for(session, town) or core) for town in towns]
    return [(name, desk) for name, desk in pairs if desk is not None]
