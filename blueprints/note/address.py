"""Where staff and commissioners live and work: asked only so that nothing of their own is shown
to them. It is never shown again, to them neither; residents are asked nothing."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.language import own_path, show
from blueprints.note import bp
from blueprints.note.page import Page, page
from blueprints.note.settings import myself
from models import looking_back, own_clue, settling_in, text
from models.errors import Invalid

LIMIT = 200


@bp.get("/settings/address")
@allow(Permission.ADDRESS_GIVE)
def show_address() -> Page:
    """Asked at the first sign-in, and whenever somebody moves."""
    return _page()


@bp.post("/settings/address")
@allow(Permission.ADDRESS_GIVE)
def update_address() -> Response | Page:
    """Keep what nobody can read, and look through what came before."""
    try:
        home, employer = _line("home"), _line("employer")
        if not home:
            raise Invalid("note.problem.need_home", "home")
    except Invalid as error:
        return _page(error)
    understood = _keep(home, employer, ends_employer="no_employer" in request.form)
    asked = {"done": "here" if understood else "elsewhere", "next": _next()}
    return redirect(f"/settings/address?{urlencode(asked)}", 303)


def _keep(home: str, employer: str, *, ends_employer: bool) -> bool:
    """Whether the address was understood as one of this town."""
    session = access.reading()
    person = myself(session)
    tokens = own_clue.of_given(session, person, home, employer)
    # The long look is none of the turn to write.
    found = looking_back.look(session, person, tokens)
    access.close()

    def give(session: Session) -> None:
        by = myself(session)
        settling_in.give(session, by, tokens, found, access.now(), ends_employer=ends_employer)

    access.in_turn(give)
    return settling_in.lives_here(tokens)


def _page(error: Invalid | None = None) -> Page:
    session = access.reading()
    person = myself(session)
    wrong = {} if error is None else {error.field: show(error.key, **dict(error.params))}
    return page(
        "address",
        tab="",
        status=422 if error else 200,
        problems=wrong,
        summary=list(wrong.items()),
        typed=request.form,
        next=_next(),
        done="" if own_clue.is_asked(session, person) else request.args.get("done", ""),
        may_wait=not access.actor().owes_answer,
        has_employer=own_clue.has_employer(session, person),
    )


def _next() -> str:
    return own_path(request.values.get("next", "/"))


def _line(name: str) -> str:
    typed = text.clean_line(request.form.get(name, ""))
    if over := text.excess(typed, LIMIT):
        raise Invalid("problem.too_long", name, n=over)
    return "" if text.is_blank(typed) else typed
