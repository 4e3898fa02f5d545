"""The table that assigns towns to areas and areas to desks: taken whole, or not at all."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from flask import request
from markupsafe import Markup

from blueprints.access import Permission, allow
from blueprints.language import show
from blueprints.office import bp
from blueprints.office.areas import list_areas
from blueprints.office.page import Page, change
from blueprints.shown_once import shown_once
from models.area_csv import WrongRows, read, take


@dataclass(frozen=True)
class Report:
    """What became of a table."""

    title: Markup
    problems: list[Markup]


@bp.post("/areas/csv")
@allow(Permission.OFFICE)
def create_area_table() -> Page:
    """Load a CSV in UTF-8 or CP932; where a row is wrong, nothing changes and each says why."""
    file = request.files.get("file")
    if file is None or not file.filename:
        return _reported(key="office.csv.not_loaded", problems=[("office.csv.no_file", {})])
    try:
        rows = read(file.stream.read())
        done = change(lambda session, by, now: take(session, rows, now, by))
    except WrongRows as error:
        said = [(p.key, dict(p.params)) for p in error.problems]
        return _reported(key="office.csv.not_loaded", problems=said)
    counts = {"towns": done.towns, "areas": done.areas, "desks": done.desks}
    return _reported(key="office.csv.loaded", counts=counts)


@shown_once()
def _reported(
    *,
    key: str,
    counts: Mapping[str, int] = MappingProxyType({}),
    problems: Sequence[tuple[str, dict[str, Any]]] = (),
) -> Page:
    """The page with what became of the table; no page can hold the file again."""
    said = [show(why, **params) for why, params in problems]
    return list_areas(422 if problems else 200, report=Report(show(key, **counts), said))
