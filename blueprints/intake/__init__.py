"""The desk's door: what waits, one note and its answers, and who stands at the desk."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("intake", __name__, template_folder="templates")

from blueprints.intake import (  # noqa: E402
    day_sheet,
    doubts,
    handoffs,
    inside,
    mirror,
    moves,
    people,
    phones,
    photos,
    replies,
    silent,
    undoing,
)

__all__ = [
    "bp",
    "day_sheet",
    "doubts",
    "handoffs",
    "inside",
    "mirror",
    "moves",
    "people",
    "phones",
    "photos",
    "replies",
    "silent",
    "undoing",
]
