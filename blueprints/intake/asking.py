"""Ask to see who told, or what other desks have: a reason, and whether a life is in danger."""

from __future__ import annotations

import uuid
from collections.abc import Callable

from flask import abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access, at_desk
from blueprints.access import Permission, allow, fresh
from blueprints.at_desk import Page
from blueprints.fields import line
from blueprints.intake import bp, reading
from blueprints.intake.showing import Problem
from blueprints.intake.talk import teller_of
from models import my_number, text
from models.desk import Desk
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff
from models.reveal import asking
from models.reveal.entity import Reveal, RevealKind
from models.search.question import LENGTH

REASON = 500
NOUN = "reveals"
Answer = Page | Response


@bp.get("/desk/handoffs/<uuid:handoff_id>/reveals/new")
@allow(Permission.REPORTER_REVEAL)
def new_reporter_reveal(handoff_id: uuid.UUID) -> Page:
    """The form about one reporter."""
    return _about_reporter(handoff_id)


@bp.post("/desk/handoffs/<uuid:handoff_id>/reveals")
@allow(Permission.REPORTER_REVEAL)
@fresh
def create_reporter_reveal(handoff_id: uuid.UUID) -> Answer:
    """Ask who told."""
    of = access.load(Handoff, handoff_id, Permission.REPORTER_REVEAL)
    desk_id = _asked_at(of).id

    def ask(session: Session) -> Reveal:
        handoff = access.load(Handoff, handoff_id, Permission.REPORTER_REVEAL, session)
        by, reason = at_desk.signed_in(session), reading.words("reason", REASON)
        return asking.ask_reporter(
            handoff, desk_id, by, reason, access.now(), is_danger=_is_danger()
        )

    return _asked(ask, lambda problem: _about_reporter(handoff_id, problem, 422))


@bp.get("/desk/reveals/new")
@allow(Permission.REVEAL_ASK)
def new_reveal() -> Page:
    """The form about a name or a place."""
    return _about_threads()


@bp.post("/desk/reveals")
@allow(Permission.REVEAL_ASK)
@fresh
def create_reveal() -> Answer:
    """Ask for what other desks have."""

    def ask(session: Session) -> Reveal:
        desk, by = session.get_one(Desk, access.actor(session).core_id), at_desk.signed_in(session)
        question, reason = _question(), reading.words("reason", REASON)
        return asking.ask_threads(desk, by, question, reason, access.now(), is_danger=_is_danger())

    return _asked(ask, lambda problem: _about_threads(problem, 422))


def _asked(ask: Callable[[Session], Reveal], again: Callable[[Problem], Page]) -> Answer:
    access.close()
    try:
        reveal_id = access.in_turn(lambda session: ask(session).id)
    except Invalid as error:
        return again(Problem(NOUN, error))
    except NotAllowed:
        # Sealed in this very moment, or shown anyway: it looks like what is not there.
        abort(404)
    return redirect(f"/desk/reveals/{reveal_id}", 303)


def _asked_at(handoff: Handoff) -> Desk:
    """Its desk, where whoever asks may ask from there; else the core, at which it was opened."""
    actor = access.actor()
    is_here = handoff.desk_id in actor.official_ids | actor.deputy_ids
    return at_desk.own_or_first(handoff.desk_id if is_here else actor.core_id or handoff.desk_id)


def _is_danger() -> bool:
    return "danger" in request.form


def _question() -> str:
    typed = line(request.form.get("question"))
    if text.is_blank(typed):
        raise Invalid("reveal.problem.need_question", "question")
    if over := text.excess(typed, LENGTH):
        raise Invalid("problem.too_long", "question", n=over)
    if my_number.is_in(typed):
        raise Invalid("problem.my_number", "question")
    return typed


def _about_reporter(
    handoff_id: uuid.UUID, problem: Problem | None = None, status: int = 200
) -> Page:
    handoff = access.load(Handoff, handoff_id, Permission.REPORTER_REVEAL)
    teller, desk = teller_of(handoff), _asked_at(handoff)
    if not teller.is_hidden:
        abort(404)
    back = f"/desk/handoffs/{handoff_id}" if desk.id == handoff.desk_id else "/desk/reveals"
    action = f"/desk/handoffs/{handoff_id}/{NOUN}"
    return _page(desk, RevealKind.REPORTER, action, back, problem, status, teller=teller)


def _about_threads(problem: Problem | None = None, status: int = 200) -> Page:
    core_id = access.actor().core_id
    desk = at_desk.chosen_desk(str(core_id))
    action = f"/desk/{NOUN}"
    return _page(desk, RevealKind.THREADS, action, action, problem, status, teller=None)


def _page(
    desk: Desk,
    kind: RevealKind,
    action: str,
    back: str,
    problem: Problem | None,
    status: int,
    **values: object,
) -> Page:
    typed = request.form if problem else {}
    shown = {"kind": kind, "action": action, "back": back, "problem": problem, "typed": typed}
    return at_desk.page("intake/new_reveal.html", desk, "reveals", status=status, **shown, **values)
