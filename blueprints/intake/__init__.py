"""The desk's door: what waits, one note and its answers, and who stands at the desk."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("intake", __name__, template_folder="templates")

from blueprints.intake import (  # noqa: E402
    asking,
    calling,
    claiming,
    conflicts,
    day_sheet,
    doubts,
    handoffs,
    households,
    inside,
    mirror,
    moves,
    own_templates,
    people,
    phones,
    photos,
    recoveries,
    replies,
    reveals,
    sealing,
    search,
    silent,
    undoing,
    work,
)

__all__ = [
    "asking",
    "bp",
    "calling",
    "claiming",
    "conflicts",
    "day_sheet",
    "doubts",
    "handoffs",
    "households",
    "inside",
    "mirror",
    "moves",
    "own_templates",
    "people",
    "phones",
    "photos",
    "recoveries",
    "replies",
    "reveals",
    "sealing",
    "search",
    "silent",
    "undoing",
    "work",
]
