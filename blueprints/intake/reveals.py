"""特別な確認: what a second person is asked to decide, and what one asked oneself."""

from __future__ import annotations

import math
import uuid
from collections.abc import Callable, Sequence

import sqlalchemy as sa
from flask import Response as FlaskResponse
from flask import after_this_request, redirect
from markupsafe import Markup
from sqlalchemy.orm import Session, joinedload
from werkzeug.wrappers import Response

from blueprints import access, at_desk, looked
from blueprints.access import Permission, allow, fresh
from blueprints.at_desk import Page
from blueprints.intake import bp
from blueprints.intake.revealed import shown_of, who_of
from blueprints.language import show
from models.errors import NotAllowed
from models.person import Person
from models.reveal import deciding
from models.reveal.entity import Progress, Reveal

A_PAGE = 50
Decision = Callable[[Reveal, Person], bool | None]


@bp.get("/desk/reveals")
@allow(Permission.REVEAL_READ)
def list_reveals() -> Page:
    """What waits for this person, and what they asked for, the newest first."""
    looked.as_("see_reveals")
    return at_desk.page(
        "intake/list_reveals.html",
        at_desk.chosen_desk(),
        "reveals",
        waiting=_waiting(),
        own=_newest(Permission.REVEAL_READ, Reveal.by_id == access.actor().person_id),
        may_ask=access.may_enter(Permission.REVEAL_ASK),
    )


@bp.get("/desk/reveals/<uuid:reveal_id>")
@allow(Permission.REVEAL_READ)
def show_reveal(reveal_id: uuid.UUID) -> Page:
    """One of them; what it opened for whoever asked, as long as it is open."""
    return _page(reveal_id)


@bp.post("/desk/reveals/<uuid:reveal_id>/agreement")
@allow(Permission.REVEAL_DECIDE)
@fresh
def create_agreement_to_reveal(reveal_id: uuid.UUID) -> Page | Response:
    """The second person agrees."""
    return _decide(reveal_id, lambda row, by: deciding.agree(row, by, access.now()))


@bp.post("/desk/reveals/<uuid:reveal_id>/refusal")
@allow(Permission.REVEAL_DECIDE)
def create_refusal(reveal_id: uuid.UUID) -> Page | Response:
    """The second person does not."""
    return _decide(reveal_id, lambda row, by: deciding.refuse(row, by, access.now()))


def _decide(reveal_id: uuid.UUID, decision: Decision) -> Page | Response:
    access.close()

    def take(session: Session) -> bool | None:
        deciding.hold(access.load(Reveal, reveal_id, Permission.REVEAL_DECIDE, session))
        # A seal or a conflict may have come before it was held.
        row = access.load(Reveal, reveal_id, Permission.REVEAL_DECIDE, session)
        return decision(row, at_desk.signed_in(session))

    try:
        is_done = access.in_turn(take)
    except NotAllowed as error:
        return _page(reveal_id, show(error.key), 409)
    if is_done is False:
        return _page(reveal_id, show("reveal.problem.gone"), 409)
    return redirect(f"/desk/reveals/{reveal_id}", 303)


def _page(reveal_id: uuid.UUID, problem: Markup | None = None, status: int = 200) -> Page:
    reveal = access.load(Reveal, reveal_id, Permission.REVEAL_READ)
    looked.as_("see_reveal", reveal)
    progress = reveal.progress(access.now())
    is_own = reveal.by_id == access.actor().person_id
    is_open = is_own and progress is Progress.OPEN
    if is_open:
        _closes_at(reveal)
    return at_desk.page(
        "intake/show_reveal.html",
        at_desk.own_or_first(reveal.desk_id),
        "reveals",
        status=status,
        reveal=reveal,
        progress=progress,
        is_own=is_own,
        may_decide=not is_own and reveal.is_undecided(access.now()),
        who=who_of(reveal),
        shown=shown_of(reveal) if is_open else None,
        problem=problem,
    )


def _closes_at(reveal: Reveal) -> None:
    """A page that stands open is asked for anew, and then shows nothing any more."""
    assert reveal.ends_at is not None
    left = math.ceil((reveal.ends_at - access.now()).total_seconds())

    @after_this_request
    def close(response: FlaskResponse) -> FlaskResponse:
        response.headers["Refresh"] = str(left)
        return response


def _waiting() -> Sequence[Reveal]:
    undecided = _newest(Permission.REVEAL_DECIDE, Reveal.decided_at.is_(None))
    return [one for one in undecided if one.is_undecided(access.now())]


def _newest(permission: Permission, *which: sa.ColumnElement[bool]) -> Sequence[Reveal]:
    found = access.listing(Reveal, permission).where(*which)
    who = joinedload(Reveal.by).joinedload(Person.identity)
    newest = found.options(who).order_by(Reveal.asked_at.desc(), Reveal.id).limit(A_PAGE)
    return access.reading().scalars(newest).all()
