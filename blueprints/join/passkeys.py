"""Making a passkey of one's own: beside others, or as the first, which then is the way in."""

from __future__ import annotations

import uuid

from flask import Response as FlaskResponse
from flask import abort, jsonify, redirect
from flask_login import current_user
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow, fresh
from blueprints.gate import limiter, network
from blueprints.join import bp, proving
from blueprints.join.by_passkey import ASKED_A_MINUTE, why
from blueprints.join.forms import ProofForm
from blueprints.join.going_on import go_on, waits
from blueprints.join.page import Page, page
from blueprints.join.second_step import complete, owed
from blueprints.join.trying import WRONG, few_wrong
from blueprints.second_page import second_page
from blueprints.signed_in import browser_family, present, waiting
from models import passkey, passkey_answer, signing_in
from models.assurance import Assurance
from models.challenge import Purpose
from models.errors import Invalid
from models.passkey import Passkey
from models.passkey_answer import NewKey, Refused
from models.person import Person


@bp.get("/signins/passkeys/new")
@allow(Permission.OWN_SIGN_INS)
@fresh
def new_passkey() -> Page:
    """One more passkey: another device, or a security key as a spare."""
    return page("passkey")


@bp.post("/signins/passkeys/challenges")
@allow(Permission.CREDENTIAL_ADD)
@fresh
@limiter.limit(ASKED_A_MINUTE, key_func=network)
def create_passkey_challenge() -> FlaskResponse:
    """What the browser is told when a passkey is to be made."""
    session = access.reading()
    person = session.get_one(Person, whose())
    holder = passkey.holder_of(session, person)
    known = [one.key_id for one in Passkey.of(session, person.id)]
    told = proving.ask(Purpose.REGISTER, person.id)
    return jsonify(passkey_answer.creation_options(proving.site(), holder, told, known))


@bp.post("/signins/passkeys")
@allow(Permission.CREDENTIAL_ADD)
@fresh
@few_wrong
def create_passkey() -> Page | Response:
    """Keep the passkey that the authenticator made."""
    form = ProofForm()
    if access.is_only_shown():
        return back(form)
    try:
        _add(whose(), proving.new_key(whose()))
    except Refused as error:
        return back(form, WRONG, said=why(error, form))
    except Invalid as error:
        return back(form, WRONG, said=error.key)
    return made(form, Assurance.PASSKEY, "passkey")


def whose() -> uuid.UUID:
    """Who makes it: the signed-in person, or whoever waits for the first one."""
    if current_user.is_authenticated:
        return uuid.UUID(str(current_user.person_id))
    return owed()[0]


def back(form: ProofForm, status: int = 200, **values: object) -> Page:
    """The page from which it is made, once more."""
    if current_user.is_authenticated:
        return page("passkey", status, **values)
    return second_page(status, **waits(form), **values)


def made(form: ProofForm, assurance: Assurance, done: str) -> Page | Response:
    """It is there: back to one's own page, or in for the first time."""
    found = waiting()
    if found is None:
        return redirect(f"/signins?done={done}", 303)
    complete(found.id, assurance)
    return go_on(form)


def _add(person_id: uuid.UUID, new: NewKey) -> None:
    here = present() or abort(401)
    access.close()
    with access.writing() as session:
        if not signing_in.is_living(session, here, access.now()):
            abort(401)
        person = session.get_one(Person, person_id)
        passkey.add(session, person, new, access.now(), browser_family())
        signing_in.drop_password(session, person, access.now())
