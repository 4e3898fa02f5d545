"""「この仕組みについて」: who runs it, what for, who sees what, how long, how to leave."""

from __future__ import annotations

from flask import Blueprint, g, render_template

from blueprints import access
from blueprints.access import Permission, allow
from models.town import Town

bp = Blueprint("about", __name__, template_folder="templates")


@bp.get("/about")
@allow(Permission.ANYONE)
def show_about() -> str:
    """The page that is linked where one joins; open to everybody."""
    g.is_public = True
    town = Town.of(access.reading())
    own = {} if town is None else town.about
    return render_template("about/about.html", town=town, own=own)
