"""The page of whoever owes a second proof, wherever they meet it."""

from __future__ import annotations

from flask import abort, render_template

from blueprints import access
from blueprints.signed_in import waiting
from models import proof
from models.credential import SignIn


def second_page(status: int = 200, **values: object) -> tuple[str, int]:
    """What is still owed, or the sign-in where that has to begin anew.

    `values`: `next` and `kept`, what goes on; `said`. Aborts with 401 for whoever owes nothing.
    """
    session, found = access.reading(), waiting() or abort(401)
    found = session.get_one(SignIn, found.id)
    if proof.asks_anew(session, found, access.now()):
        return _begins_anew(status, values)
    page = render_template(
        "join/second_step.html",
        status=status,
        makes=access.actor().may_add_first,
        may_have_app=not proof.needs_passkey(found.person),
        has_app=proof.takes_code(session, found),
        **values,
    )
    return page, status


def _begins_anew(status: int, values: dict[str, object]) -> tuple[str, int]:
    said = values.pop("said", None) or "frame.error.sign_in_first"
    return render_template("join/sign_in.html", status=status, said=said, **values), status
