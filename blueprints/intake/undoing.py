"""取り消す: an acknowledgement of a moment ago, or several of one tap, taken back."""

from __future__ import annotations

import uuid

from flask import request
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.intake import bp, repeats, showing
from blueprints.intake.acting import Answer, act, act_on_several
from models.errors import NotAllowed
from models.handoff import Handoff
from models.person import Person
from models.reply import Said


@bp.post("/desk/handoffs/<uuid:handoff_id>/undoing")
@allow(Permission.HANDOFF_ANSWER)
def create_undoing(handoff_id: uuid.UUID) -> Answer:
    """Undo one; own words that nobody got stand in the form again."""
    said = Said()

    def undo(handoff: Handoff, by: Person) -> str:
        nonlocal said
        said = handoff.undo(by, access.kizuki().clock)
        return f"done={repeats.UNDOING}&row={handoff.id}"

    answer = act(handoff_id, repeats.UNDOING, undo)
    is_on_page = "view" not in request.form
    return showing.show(handoff_id, again=said) if said.words and is_on_page else answer


@bp.post("/desk/undoings")
@allow(Permission.HANDOFF_ANSWER)
def create_undoings() -> Response:
    """Undo several of one tap; what went on meanwhile is left as it is."""
    return act_on_several(_undo, "undone", "kept")


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
