"""The office (管理): areas, desks, people, invitations, numbers. No case content anywhere."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("office", __name__, url_prefix="/office", template_folder="templates")

from blueprints.office import (  # noqa: E402
    about,
    area_table,
    areas,
    desks,
    invitations,
    numbers,
    overview,
    people,
    person,
    phones,
)

__all__ = [
    "about",
    "area_table",
    "areas",
    "bp",
    "desks",
    "invitations",
    "numbers",
    "overview",
    "people",
    "person",
    "phones",
]
