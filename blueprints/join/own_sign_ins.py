"""入り方と端末: one's own proofs and sessions, each of which can be ended."""

from __future__ import annotations

import uuid

from flask import abort, redirect, request
from flask_login import current_user
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow, fresh
from blueprints.join import bp
from blueprints.join.page import Page, page
from models import proof, signing_in, totp
from models.credential import Credential, SignIn
from models.errors import Invalid
from models.passkey import Passkey
from models.person import Person


@bp.get("/signins")
@allow(Permission.OWN_SIGN_INS)
def list_sign_ins() -> Page:
    """How one comes in, and where one is in."""
    return own_page()


@bp.post("/signins/credentials/<uuid:credential_id>/ending")
@allow(Permission.OWN_SIGN_INS)
@fresh
def create_credential_ending(credential_id: uuid.UUID) -> Page | Response:
    """Take back a proof that was lost or given away; every other session ends with it."""
    here = current_user.sign_in_id
    try:
        with access.writing() as session:
            end, now = signing_in.end_credential, access.now()
            is_own = end(session, _myself(session), credential_id, here, now)
    except Invalid as error:
        return own_page(422, said=error.key)
    return redirect("/signins?done=ended", 303) if is_own else abort(404)


@bp.post("/signins/sessions/<uuid:sign_in_id>/ending")
@allow(Permission.OWN_SIGN_INS)
def create_session_ending(sign_in_id: uuid.UUID) -> Response:
    """End one session, wherever it is."""
    with access.writing() as session:
        row = session.get(SignIn, sign_in_id)
        if row is None or row.person_id != _myself(session).id:
            abort(404)
        row.end(access.now())
    return redirect("/signins?done=session", 303)


@bp.post("/signins/sessions/ending")
@allow(Permission.OWN_SIGN_INS)
def create_other_sessions_ending() -> Response:
    """End every session but this one."""
    here = current_user.sign_in_id
    with access.writing() as session:
        signing_in.end_others(session, _myself(session), here, access.now())
    return redirect("/signins?done=session", 303)


def own_page(status: int = 200, **values: object) -> Page:
    """The page, with what was just done or could not be."""
    session = access.reading()
    person = _myself(session)
    return page(
        "sign_ins",
        status,
        passkeys=Passkey.of(session, person.id),
        app=totp.of(session, person.id),
        password=Credential.password_of(session, person),
        may_have_app=not proof.needs_passkey(person),
        sessions=signing_in.sessions_of(session, person, access.now()),
        here=current_user.sign_in_id,
        done=request.args.get("done", ""),
        **values,
    )


def _myself(session: Session) -> Person:
    return access.me(session) or abort(401)
