"""The start page by role, and the neutral page that the quick exit leads to."""

from __future__ import annotations

from flask import Response, g, redirect, render_template
from werkzeug.wrappers import Response as Redirect

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from blueprints.note.page import Page, page
from blueprints.signed_in import lock
from models.person import Role


@bp.get("/")
@allow(Permission.ANYONE)
def show_home() -> Page | Redirect:
    """Lead everybody to where their work is; tell somebody new what this is."""
    person = access.me()
    if person is None:
        g.is_public = True
        return page("home")
    if person.role.is_phone:
        return redirect("/notes/new", 303)
    if person.role is Role.ADMINISTRATOR:
        return redirect("/office", 303)
    if person.role is Role.AUDITOR:
        return redirect("/audit", 303)
    return redirect("/desk", 303) if access.actor().is_staff else page("waiting")


@bp.get("/closed")
@allow(Permission.ANYONE)
def show_closed() -> Response:
    """A page that tells nothing of what was open before; reading is locked behind it."""
    lock()
    return Response(render_template("closed.html"), mimetype="text/html")
