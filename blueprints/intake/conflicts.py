"""「自分に関わる人です」: said in one tap, and taken back by a colleague alone."""

from __future__ import annotations

import uuid

from flask import redirect, request
from sqlalchemy.orm import Session

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.intake import bp, reading, showing
from blueprints.intake.acting import NEEDED, Answer, act
from models import declaring, going_round
from models.conflict import Relation
from models.errors import Invalid
from models.handoff import Handoff
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/conflict")
@allow(Permission.HANDOFF_READ)
def create_conflict(handoff_id: uuid.UUID) -> Answer:
    """From now on nothing of it is shown to who says so; said twice, it is said once."""
    access.close()

    def take(session: Session) -> bool:
        by = at_desk.signed_in(session)
        if not declaring.has_declared(session, handoff_id, by):
            handoff = access.load(Handoff, handoff_id, Permission.HANDOFF_READ, session, NEEDED)
            declaring.declare(handoff, by, _relation(), access.now())
        return going_round.is_read(session, session.get_one(Handoff, handoff_id))

    try:
        is_read = access.in_turn(take)
    except Invalid as error:
        return showing.show(handoff_id, showing.Problem("conflict", error), status=422)
    return redirect(f"/desk?done={'conflict' if is_read else 'conflict_nobody'}", 303)


@bp.post("/desk/handoffs/<uuid:handoff_id>/conflict-undoing")
@allow(Permission.HANDOFF_ANSWER)
def create_conflict_undoing(handoff_id: uuid.UUID) -> Answer:
    """A colleague says why it was none."""

    def undo(handoff: Handoff, by: Person) -> None:
        reason = reading.words("reason")
        whose = reading.known("person")
        if whose is None:
            raise Invalid("desk.problem.not_declared", "person")
        declaring.undo(handoff, whose, by, reason, access.now())

    return act(handoff_id, "conflict-undoing", undo)


def _relation() -> Relation:
    typed = request.form.get("relation", "")
    if typed not in set(Relation):
        raise Invalid("desk.problem.need_relation", "relation")
    return Relation(typed)
