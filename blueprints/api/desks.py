"""Which desk receives the worries of a place; the law asks that this be known to everybody."""

from __future__ import annotations

from typing import Any

from flask import Response, g, jsonify, request

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.api import body, bp, shape
from models import place
from models.area import Area
from models.desk import Desk
from models.errors import Invalid
from models.routing import desk_for, meant
from models.text import clean_line

PLACE_LENGTH = 80


@bp.get("/api/v1/desks")
@allow(Permission.ANYONE)
def list_desks() -> Response:
    """The towns of a postal code."""
    g.is_public = True
    return _towns("postal_code", request.args.get("postal_code", ""))


@bp.post("/api/v1/desks")
@allow(Permission.ANYONE)
def find_desks() -> Response:
    """The towns that words mean. They may be somebody's address, which no log is to have."""
    return _towns("town", body.text(body.json_object(), "town", PLACE_LENGTH))


def _towns(field: str, typed: str) -> Response:
    """Each with the desk that receives it; raises Invalid that points to the field.

    `asks`: without a choice among them, the core would have to place a note.
    """
    asked = clean_line(typed)
    if not asked:
        raise Invalid("api.problem.needed", field)
    if len(asked) > PLACE_LENGTH:
        raise Invalid("api.problem.too_long", field, n=len(asked) - PLACE_LENGTH)
    session = access.reading()
    core, towns = Desk.core(session), place.find(session, asked)
    found = [(area, desk_for(session, area) or core) for area in towns]
    desks = [{"area": _area(area), "desk": _public(desk)} for area, desk in found if desk]
    return jsonify(desks=desks, asks=bool(desks) and meant(session, towns) is None)


def _area(area: Area) -> dict[str, Any]:
    return {"id": str(area.id), "name": area.name, "kana": area.kana}


def _public(desk: Desk) -> dict[str, Any]:
    return shape.desk(desk) | {
        "kind": desk.kind.value,
        "place": desk.place,
        "who": desk.who,
        "does": desk.does,
        "is_volunteer": desk.is_volunteer,
        "hours": desk.hours,
        "closings": [day.isoformat() for day in desk.closings],
    }
