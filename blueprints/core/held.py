"""Held notes: why each is held, and the desk that should have it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from flask import abort, redirect, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from blueprints import access, at_desk, done
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.core import bp
from blueprints.language import show
from blueprints.noted import Due, Noted, due, noted_of
from models import listed, paging, queue
from models.desk import Desk
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff
from models.listed import Listed
from models.queue import View

_ORDERED_AS = View.TO_ACKNOWLEDGE


@dataclass(frozen=True)
class Held:
    """One held note; `targets` are the desks it may go to, as (id, name)."""

    handoff: Listed
    note: Noted
    due: Due
    targets: list[tuple[str, str]]


@bp.get("/core/held")
@allow(Permission.HELD_PLACE)
def list_held() -> Page:
    """What waits to be placed, the most urgent first; sealed ones for the sealed team only."""
    return _page()


@bp.post("/core/handoffs/<uuid:handoff_id>/placement")
@allow(Permission.HELD_PLACE)
def create_placement(handoff_id: uuid.UUID) -> Response | Page:
    """Give a held note to the desk that should have it."""
    access.close()

    def place(session: Session) -> str:
        handoff = access.load(Handoff, handoff_id, Permission.HELD_PLACE, session)
        chosen = _target(session)
        handoff.place(at_desk.signed_in(session), chosen, access.now())
        return done.given("placement", handoff, chosen)

    try:
        went = access.in_turn(place)
    except (Invalid, NotAllowed) as error:
        return _page(error, handoff_id)
    return redirect(f"/core/held?{went}", 303)


def _page(problem: Invalid | NotAllowed | None = None, problem_at: uuid.UUID | None = None) -> Page:
    core = Desk.core(access.reading()) or abort(404)
    after = request.values.get("after", "")
    held, following = _held(core, after)
    return at_desk.page(
        "core/list_held.html",
        core,
        "held",
        status=200 if problem is None else 422,
        held=held,
        after=after,
        following=following,
        sentence=None if problem is None else show(problem.key, **problem.params),
        problem_at=problem_at,
    )


def _held(core: Desk, after: str) -> tuple[list[Held], str]:
    """The rows behind a place, and where the next page begins; empty on the last."""
    page, asked = paging.held(access.listing(Handoff, Permission.HELD_PLACE), after)
    found = listed.read(access.reading(), page, asked)
    rows = found[: queue.PAGE_SIZE]
    following = paging.place_of(rows[-1], _ORDERED_AS) if len(found) > len(rows) else ""
    desks = access.reading().scalars(sa.select(Desk).order_by(Desk.name, Desk.id)).all()
    every = [(str(desk.id), desk.name) for desk in desks]
    own = [(str(core.id), core.name)]
    held = [
        Held(row, note, due(row.due_at, access.now()), own if row.is_sealed else every)
        for row, note in zip(rows, noted_of(rows), strict=True)
    ]
    return held, following


def _target(session: Session) -> Desk:
    try:
        found = session.get(Desk, uuid.UUID(request.form.get("to_desk", "")))
    except ValueError:
        found = None
    if found is None:
        raise Invalid("desk.problem.need_desk", "to_desk")
    return found
