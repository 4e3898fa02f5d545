"""The auditor's reading room: the whole log by codes, and what it gives reason to ask about."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("audit", __name__, template_folder="templates")

from blueprints.audit import alarms, lines, reveals  # noqa: E402

__all__ = ["alarms", "bp", "lines", "reveals"]
