"""The desk's door: what waits, one note and its answers, and who stands at the desk."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("intake", __name__, template_folder="templates")

from blueprints.intake import handoffs, inside, moves, people, photos, replies  # noqa: E402

__all__ = ["bp", "handoffs", "inside", "moves", "people", "photos", "replies"]
