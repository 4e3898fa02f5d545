"""取り消す: an acknowledgement of a moment ago, or several of one tap, taken back."""

from __future__ import annotations

import uuid

from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.intake import bp, repeats
from blueprints.intake.acting import Answer, act, act_on_several
from models.errors import NotAllowed
from models.handoff import Handoff, voided
from models.person import Person


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
        if not _withdrawn({handoff_id}):
            raise
    desk = at_desk.chosen_desk()
    return at_desk.page("intake/show_withdrawn.html", desk, "queue", status=409)


@bp.post("/desk/undoings")
@allow(Permission.HANDOFF_ANSWER)
def create_undoings() -> Response:
    """Undo several of one tap; what went on meanwhile is left as it is."""
    return act_on_several(_undo, "undone", "kept", {"withdrawn": _withdrawn})


def _withdrawn(chosen: set[uuid.UUID]) -> int:
    """How many of them their writers took back before the answer went out."""
    return len(voided(access.reading(), chosen, at_desk.signed_in().id))


def _undo(handoff: Handoff, by: Person) -> bool:
    """Undo one of several; False where it went on meanwhile."""
    if repeats.is_done(handoff, repeats.UNDOING, by):
        return True
    try:
        with handoff.session.begin_nested():
            handoff.undo(by, access.kizuki().clock, is_of_several=True)
    except NotAllowed:
        return False
    return True
