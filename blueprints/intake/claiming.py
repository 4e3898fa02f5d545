"""わたしが担当します: a note is claimed, given to a colleague of the desk, or put down."""

from __future__ import annotations

import uuid

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.intake import bp, reading
from blueprints.intake.acting import Answer, act
from models.handoff import Handoff
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/claim")
@allow(Permission.HANDOFF_ANSWER)
def create_claim(handoff_id: uuid.UUID) -> Answer:
    """With one tap, from a list, for somebody who is absent, or on the note's page."""

    def claim(handoff: Handoff, by: Person) -> str:
        handoff.claim(by, access.now(), reading.known("had"))
        return f"done=claim&row={handoff.id}"

    return act(handoff_id, "claim", claim)


@bp.post("/desk/handoffs/<uuid:handoff_id>/assignment")
@allow(Permission.HANDOFF_ANSWER)
def create_assignment(handoff_id: uuid.UUID) -> Answer:
    """To a colleague who may read it, and is told."""

    def assign(handoff: Handoff, by: Person) -> None:
        to = reading.colleague(handoff.session)
        handoff.assign(by, to, access.now(), reading.known("had"))

    return act(handoff_id, "assignment", assign)


@bp.post("/desk/handoffs/<uuid:handoff_id>/putting-down")
@allow(Permission.HANDOFF_ANSWER)
def create_putting_down(handoff_id: uuid.UUID) -> Answer:
    """担当をはずれる: nobody's again, for whoever takes it."""

    def put_down(handoff: Handoff, by: Person) -> None:
        handoff.put_down(by, access.now())

    return act(handoff_id, "putting-down", put_down)
