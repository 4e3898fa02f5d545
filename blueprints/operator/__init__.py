"""The operator's door: the commands of the command line. Nothing here is reached by HTTP."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("operator", __name__, template_folder="templates", cli_group=None)

from blueprints.operator import areas, check, init, serve, upgrade  # noqa: E402, F401 - commands bind to bp
