"""Prove anew who one is, before what cannot be taken back; the act goes on where it was."""

from __future__ import annotations

import uuid

from flask import Response as FlaskResponse
from flask import abort, jsonify
from flask_login import current_user
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.gate import limiter, network
from blueprints.join import bp, proving
from blueprints.join.by_passkey import ASKED_A_MINUTE, why
from blueprints.join.forms import ProofForm
from blueprints.join.going_on import go_on, waits
from blueprints.join.page import Page, page
from blueprints.join.trying import WRONG, few_wrong
from blueprints.signed_in import hold
from models import proof, signing_in
from models.challenge import Purpose
from models.credential import CredentialKind
from models.passkey_answer import Refused, Used
from models.person import Person


@bp.post("/signin/step-up/challenges")
@allow(Permission.OWN_SIGN_INS)
@limiter.limit(ASKED_A_MINUTE, key_func=network)
def create_step_up_challenge() -> FlaskResponse:
    """What the browser asks its authenticators for: the person's own passkeys."""
    return jsonify(proving.request_options(Purpose.STEP_UP, current_user.person_id))


@bp.post("/signin/step-up")
@allow(Permission.OWN_SIGN_INS)
@few_wrong
def create_step_up() -> Page | Response:
    """A fresh proof; the session goes on under another token."""
    form = ProofForm()
    if access.is_only_shown():
        return page("step_up", **waits(form))
    if (problem := _problem(form)) is not None:
        return page("step_up", WRONG, said=problem, **waits(form))
    _renew()
    return go_on(form, by_itself=True)


@bp.app_template_global()
def can_prove_by() -> frozenset[CredentialKind]:
    """By what the signed-in person can prove themselves anew."""
    session = access.reading()
    person = session.get_one(Person, current_user.person_id)
    return frozenset(proof.may_prove_by(session, person))


def _problem(form: ProofForm) -> str | None:
    """Why it is no proof, or None."""
    person_id = current_user.person_id
    if form.code.data and CredentialKind.TOTP in can_prove_by():
        return None if proving.is_code(person_id, form.code.data) else "join.problem.code"
    try:
        _use(*proving.used_key(Purpose.STEP_UP, person_id))
    except Refused as error:
        return why(error, form)
    return None


def _use(credential_id: uuid.UUID, used: Used) -> None:
    access.close()
    with access.writing() as session:
        proving.use(session, credential_id, used)


def _renew() -> None:
    sign_in_id = current_user.sign_in_id
    access.close()
    with access.writing() as session:
        token = signing_in.step_up(session, sign_in_id, access.now())
    hold(token or abort(401))
