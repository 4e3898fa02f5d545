"""取り消す: an acknowledgement of a moment ago, or several of one tap, taken back."""

from __future__ import annotations

import uuid

from flask import redirect
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.intake import bp, narrowed, reading, repeats
from blueprints.intake.acting import Answer, act
from models.errors import NotAllowed
from models.handoff import Handoff, voided
from models.person import Person
from models.queue import PAGE_SIZE


@bp.post("/desk/handoffs/<uuid:handoff_id>/undoing")
@allow(Permission.HANDOFF_ANSWER)
def create_undoing(handoff_id: uuid.UUID) -> Answer:
    """Undo one; where it said more than one tap does, that stands in the note's form again."""

    def undo(handoff: Handoff, by: Person) -> str:
        done = f"done={repeats.UNDOING}&row={handoff.id}"
        is_more = handoff.undo(by, access.kizuki().clock)
        return f"/desk/handoffs/{handoff.id}?{done}" if is_more else done

    try:
        return act(handoff_id, repeats.UNDOING, undo)
    except NotFound:
        if not voided(access.reading(), [handoff_id], at_desk.signed_in().id):
            raise
    desk = at_desk.chosen_desk()
    return at_desk.page("intake/show_withdrawn.html", desk, "queue", status=409)


@bp.post("/desk/undoings")
@allow(Permission.HANDOFF_ANSWER)
def create_undoings() -> Response:
    """Undo several of one tap; what went on meanwhile is left as it is."""
    chosen = set(reading.ids("handoff", PAGE_SIZE))
    desk_id = at_desk.chosen_desk().id
    access.close()
    undone = access.in_turn(lambda session: _undo_all(session, chosen))
    withdrawn = len(voided(access.reading(), chosen, at_desk.signed_in().id))
    kept = len(chosen) - undone - withdrawn
    counts = f"&undone={undone}&kept={kept}&withdrawn={withdrawn}"
    return redirect(f"/desk?desk={desk_id}{narrowed.acted_in()}{counts}", 303)


def _undo_all(session: Session, chosen: set[uuid.UUID]) -> int:
    """How many were undone, by this form or the same a moment ago; all are held first."""
    answerable = access.listing(Handoff, Permission.HANDOFF_ANSWER, session)
    held = answerable.where(Handoff.id.in_(chosen)).order_by(Handoff.id)
    found = session.scalars(held.with_for_update(of=Handoff)).all()
    by = at_desk.signed_in(session)
    return sum(_undo(session, handoff, by) for handoff in found)


def _undo(session: Session, handoff: Handoff, by: Person) -> bool:
    if repeats.is_done(handoff, repeats.UNDOING, by):
        return True
    try:
        with session.begin_nested():
            handoff.undo(by, access.kizuki().clock)
    except NotAllowed:
        return False
    return True
