"""After the password: the second proof, or the first one of one's own. Until then, nothing."""

from __future__ import annotations

import uuid

from flask import abort, request
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.join import bp, proving
from blueprints.join.forms import ProofForm
from blueprints.join.going_on import go_on, waits
from blueprints.join.page import Page, page
from blueprints.join.trying import WRONG, few_wrong
from blueprints.language import own_path
from blueprints.signed_in import browser_family, sign_in_with, waiting
from models import proof, signing_in
from models.assurance import Assurance
from models.credential import CredentialKind, SignIn


@bp.get("/signin/second")
@allow(Permission.SECOND_STEP)
def show_second_step() -> Page:
    """What is still owed: the app's code, the passkey, or the making of one of them."""
    return second_page(next=own_path(request.args.get("next", "/")))


@bp.post("/signin/second")
@allow(Permission.SECOND_STEP)
@few_wrong
def create_second_step() -> Page | Response:
    """The app's code, after the password."""
    form = ProofForm()
    if access.is_only_shown():
        return second_page(**waits(form))
    person_id, waiting_id = owed()
    if not proving.is_code(person_id, form.code.data):
        return second_page(WRONG, said="join.problem.code", **waits(form))
    complete(waiting_id, Assurance.TOTP)
    return go_on(form)


def second_page(status: int = 200, **values: object) -> Page:
    """The page, for whoever waits."""
    session = access.reading()
    found = session.get_one(SignIn, owed()[1])
    kinds = proof.kinds_of(session, found.person_id)
    return page(
        "second_step",
        status,
        makes=access.actor().may_add_first,
        may_have_app=not proof.needs_passkey(found.person),
        has_app=CredentialKind.TOTP in kinds and found.assurance is Assurance.PASSWORD,
        **values,
    )


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
