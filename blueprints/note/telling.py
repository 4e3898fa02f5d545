"""When staff are told: how often, and whether they stand on the duty list (当番) of their desk."""

from __future__ import annotations

from flask import request
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from blueprints.note.page import Page
from blueprints.note.settings import myself, saved, settings_page
from models import own_settings
from models.membership import Membership
from models.person import TellOf


@bp.post("/settings/telling")
@allow(Permission.NOTICE_CHOOSE)
def update_telling() -> Response | Page:
    """Remember how often, and for which desks one is on duty."""
    chosen, ticked = request.form.get("tell_of", ""), set(request.form.getlist("duty"))
    if chosen not in set(TellOf):
        return settings_page(422, tell_of="note.problem.need_tell_of")
    with access.writing() as session:
        places = session.scalars(access.listing(Membership, Permission.NOTICE_CHOOSE, session))
        duties = {place: str(place.desk_id) in ticked for place in places if place.desk.has_duty}
        own_settings.be_told(session, myself(session), TellOf(chosen), duties, access.now())
    return saved()
