"""Coming in by a passkey alone: no address is asked for, and none is told."""

from __future__ import annotations

import uuid

from flask import Response as FlaskResponse
from flask import jsonify
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.gate import limiter, network
from blueprints.join import bp, proving
from blueprints.join.forms import ProofForm
from blueprints.join.going_on import go_on, waits
from blueprints.join.page import Page, page
from blueprints.join.trying import WRONG, few_wrong
from blueprints.signed_in import browser_family, sign_in_with
from models import signing_in
from models.assurance import Assurance
from models.challenge import Purpose
from models.passkey_answer import Refused, Used

ASKED_A_MINUTE = "60/minute"


@bp.post("/signin/passkey/challenges")
@allow(Permission.ANYONE)
@limiter.limit(ASKED_A_MINUTE, key_func=network)
def create_sign_in_challenge() -> FlaskResponse:
    """What the browser asks its authenticators for."""
    return jsonify(proving.request_options(Purpose.SIGN_IN))


@bp.post("/signin/passkey")
@allow(Permission.ANYONE)
@few_wrong
def create_passkey_sign_in() -> Page | Response:
    """Sign in by the authenticator's answer."""
    form = ProofForm()
    if access.is_only_shown():
        return page("sign_in", **waits(form))
    try:
        token = _begin(*proving.used_key(Purpose.SIGN_IN))
    except Refused as error:
        return page("sign_in", WRONG, said=why(error, form), **waits(form))
    sign_in_with(token)
    return go_on(form)


def why(error: Refused, form: ProofForm) -> str:
    """The sentence for an answer that proves nothing; one without any came past the script."""
    if not form.answer.data:
        return "join.passkey.missing"
    gone = isinstance(error, proving.Gone)
    return "join.problem.passkey_gone" if gone else "join.problem.passkey"


def _begin(credential_id: uuid.UUID, used: Used) -> str:
    access.close()
    with access.writing() as session:
        person = proving.use(session, credential_id, used)
        now, family = access.now(), browser_family()
        return signing_in.sign_in(session, person, Assurance.PASSKEY, now, family)
