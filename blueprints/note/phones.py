"""My phones: where one is signed in, ending one, and a code for the installed app."""

from __future__ import annotations

import uuid

import sqlalchemy as sa
from flask import abort, redirect
from flask_login import current_user
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp
from blueprints.note.page import Page, page
from models.credential import SignIn
from models.invitation import Secrets
from models.own_phone import invite_own_phone
from models.person import Person


def phones_of(person: Person) -> list[SignIn]:
    """The person's living sessions, this phone first, then the last used."""
    now = access.now()
    rows = access.reading().scalars(
        sa.select(SignIn)
        .where(SignIn.person_id == person.id, SignIn.revoked_at.is_(None), SignIn.ends_at > now)
        .order_by(SignIn.seen_at.desc(), SignIn.id)
    )
    here = current_user.sign_in_id
    return sorted((row for row in rows if row.is_live(now)), key=lambda row: row.id != here)


@bp.post("/settings/phones/<uuid:sign_in_id>/ending")
@allow(Permission.SIGNED_IN)
def create_phone_ending(sign_in_id: uuid.UUID) -> Response:
    """End one of one's own sessions; somebody else's does not exist here."""
    with access.writing() as session:
        row = session.get(SignIn, sign_in_id)
        if row is None or row.person_id != current_user.person_id:
            abort(404)
        row.revoked_at = row.revoked_at or access.now()
    return redirect("/settings?done=saved", 303)


@bp.post("/settings/app-codes")
@allow(Permission.SIGNED_IN)
def create_app_code() -> Page:
    """Twelve digits for the installed app, shown once."""
    told, code_hash = Secrets.draw(access.kizuki().keys)
    with access.writing() as session:
        person = access.me(session) or abort(401)
        made = invite_own_phone(session, told, code_hash, person=person, now=access.now())
        ends_at = made.ends_at
    return page("app_code", code=told.code, ends_at=ends_at)
