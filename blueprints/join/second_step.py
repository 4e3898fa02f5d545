"""After the password: the second proof, or the first one of one's own. Until then, nothing."""

from __future__ import annotations

import uuid

from flask import abort, redirect, request, url_for
from flask_login import current_user
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.join import bp, proving
from blueprints.join.forms import ProofForm
from blueprints.join.going_on import go_on, waits
from blueprints.join.page import Page
from blueprints.join.trying import WRONG, few_wrong
from blueprints.language import own_path
from blueprints.second_page import second_page
from blueprints.signed_in import browser_family, sign_in_with, waiting
from models import proof, signing_in
from models.assurance import Assurance
from models.credential import SignIn


@bp.get("/signin/second")
@allow(Permission.ANYONE)
def show_second_step() -> Page | Response:
    """What is still owed: the app's code, the passkey, or the making of one of them."""
    path = own_path(request.args.get("next", "/"))
    if waiting() is not None:
        return second_page(next=path)
    is_in = current_user.is_authenticated
    return redirect(path if is_in else url_for("join.show_sign_in", next=path), 303)


@bp.post("/signin/second")
@allow(Permission.ANYONE)
@few_wrong
def create_second_step() -> Page | Response:
    """The app's code, after the password; where nothing is owed any more, on with what waited."""
    form = ProofForm()
    if current_user.is_authenticated:
        return go_on(form)
    if access.is_only_shown():
        return second_page(**waits(form))
    person_id, waiting_id = owed()
    if not _is_proved(person_id, waiting_id, form.code.data):
        return second_page(WRONG, said="join.problem.code", **waits(form))
    complete(waiting_id, Assurance.TOTP)
    return go_on(form)


def _is_proved(person_id: uuid.UUID, waiting_id: uuid.UUID, code: str) -> bool:
    session = access.reading()
    takes = proof.takes_code(session, session.get_one(SignIn, waiting_id))
    return takes and proving.is_code(person_id, code)


def owed() -> tuple[uuid.UUID, uuid.UUID]:
    """Who waits, and in which session; aborts with 401 for anybody else."""
    found = waiting() or abort(401)
    return found.person_id, found.id


def complete(waiting_id: uuid.UUID, assurance: Assurance) -> None:
    """Go on in a session that is whole; aborts with 401 where the waiting one ended meanwhile."""
    access.close()
    with access.writing() as session:
        family = browser_family()
        token = signing_in.complete(session, waiting_id, assurance, access.now(), family)
    sign_in_with(token or abort(401))
