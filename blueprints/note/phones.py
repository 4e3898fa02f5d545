"""My phones: what is known of each, ending one, and a code for the installed app."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import abort, redirect
from flask_login import current_user
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from blueprints.note.page import Page, page
from blueprints.shown_once import shown_once
from models import lost_phone
from models.invitation import Secrets
from models.lost_phone import OwnPhone
from models.own_phone import invite_own_phone
from models.person import Person


def phones_of(person: Person) -> list[OwnPhone]:
    """The person's phones, this one first, then the last heard of."""
    found = lost_phone.phones_of(access.reading(), person, access.now())
    here = current_user.sign_in_id
    return sorted(found, key=lambda phone: here not in phone.sign_in_ids)


@bp.post("/settings/phones/<uuid:phone_id>/ending")
@allow(Permission.SETTINGS)
def create_phone_ending(phone_id: uuid.UUID) -> Response:
    """End one of one's own phones; somebody else's does not exist here."""
    with access.writing() as session:
        person = access.me(session) or abort(401)
        ended = lost_phone.end(session, person, phone_id, by=person, now=access.now())
    if not ended:
        abort(404)
    return redirect("/settings?done=ended", 303)


@bp.post("/settings/app-codes")
@allow(Permission.SETTINGS)
def create_app_code() -> Page:
    """Twelve digits for the installed app, shown once."""
    told, code_hash = Secrets.draw(access.kizuki().keys)
    with access.writing() as session:
        person = access.me(session) or abort(401)
        made = invite_own_phone(session, told, code_hash, person=person, now=access.now())
        ends_at = made.ends_at.isoformat()
    return _code_page(code=told.code, ends_at=ends_at)


@shown_once()
def _code_page(*, code: str, ends_at: str) -> Page:
    return page("app_code", code=code, ends_at=dt.datetime.fromisoformat(ends_at))
