"""End one phone of a person, on the person's word."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import abort, redirect
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints.access import Permission, allow
from blueprints.office import bp
from blueprints.office.page import change, load
from models import lost_phone
from models.person import Person


@bp.post("/people/<uuid:owner_id>/phones/<uuid:phone_id>/ending")
@allow(Permission.OFFICE)
def create_phone_ending(owner_id: uuid.UUID, phone_id: uuid.UUID) -> Response:
    """End it at once; what is still on it is taken when it comes."""

    def end(session: Session, by: Person, now: dt.datetime) -> bool:
        person = load(Person, owner_id, session)
        return lost_phone.end(session, person, phone_id, by=by, now=now)

    if not change(end):
        abort(404)
    return redirect(f"/office/people/{owner_id}?done=phone_ended", 303)
