"""Coming in: invitations, e-mail and password, and out again."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("join", __name__, template_folder="templates")

from blueprints.join import coming_in, lock, sign_in  # noqa: E402

__all__ = ["bp", "coming_in", "lock", "sign_in"]
