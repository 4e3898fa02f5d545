"""Leave and be forgotten: one page that says what happens, and then it happens."""

from __future__ import annotations

from flask_login import current_user

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from blueprints.note.page import Page, page
from blueprints.note.settings import myself
from blueprints.shown_once import shown_once
from blueprints.signed_in import sign_out
from models import staffing


@bp.get("/settings/leaving")
@allow(Permission.SETTINGS)
def show_leaving() -> Page:
    """What goes, what stays, and the one question."""
    return page("leaving")


@bp.post("/settings/leaving")
@allow(Permission.SETTINGS)
def create_leaving() -> Page:
    """Forget the person; their notes stay as those of 地域の方. Staff prove themselves first."""
    if not current_user.is_phone:
        access.need_fresh()
    access.in_turn(lambda session: staffing.leave(session, myself(session), access.now()))
    access.close()
    sign_out()
    return _left_page()


@shown_once(is_open=True)
def _left_page() -> Page:
    return page("left")
