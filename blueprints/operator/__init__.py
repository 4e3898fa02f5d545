"""The operator's door: the commands of the command line. Nothing here is reached by HTTP."""

from __future__ import annotations

from flask import Blueprint

from blueprints.operator.terminal import Commands

bp = Blueprint("operator", __name__, template_folder="templates", cli_group=None)
bp.cli = Commands()

from blueprints.operator import areas, audit, check, init, serve, upgrade  # noqa: E402, F401 - commands bind to bp
