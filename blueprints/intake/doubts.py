"""しるし: what a desk doubts is sorted last in its urgency; its reporter sees nothing of it."""

from __future__ import annotations

import uuid

from flask import request

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.intake import bp, reading
from blueprints.intake.acting import Answer, act
from models.errors import Invalid
from models.handoff import Doubt, Handoff
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/mark")
@allow(Permission.HANDOFF_ANSWER)
def create_mark(handoff_id: uuid.UUID) -> Answer:
    """Mark a note for a reason, with own words for colleagues."""

    def mark(handoff: Handoff, by: Person) -> None:
        words = reading.words("mark_words", needed=False)
        handoff.mark(by, _doubt(), words, access.now())

    return act(handoff_id, "mark", mark)


@bp.post("/desk/handoffs/<uuid:handoff_id>/mark-removal")
@allow(Permission.HANDOFF_ANSWER)
def create_mark_removal(handoff_id: uuid.UUID) -> Answer:
    """Take the mark away."""

    def unmark(handoff: Handoff, by: Person) -> None:
        handoff.unmark(by, access.now())

    return act(handoff_id, "mark-removal", unmark)


def _doubt() -> Doubt:
    typed = request.form.get("doubt", "")
    if typed not in set(Doubt):
        raise Invalid("desk.problem.need_doubt", "doubt")
    return Doubt(typed)
