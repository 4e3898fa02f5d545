"""The core's door: notes that the server could not place, until a person does."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("core", __name__, template_folder="templates")

from blueprints.core import held  # noqa: E402

__all__ = ["bp", "held"]
