"""What stays at the desk: notes for its own eyes, and answers told by telephone."""

from __future__ import annotations

import uuid

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.intake import bp, reading
from blueprints.intake.acting import Answer, act
from models.handoff import Handoff
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/memo")
@allow(Permission.HANDOFF_ANSWER)
def create_memo(handoff_id: uuid.UUID) -> Answer:
    """内輪のメモ: never shown to the reporter."""

    def note(handoff: Handoff, by: Person) -> None:
        handoff.note_inside(by, reading.words("memo"), access.now())

    return act(handoff_id, "memo", note)


@bp.post("/desk/handoffs/<uuid:handoff_id>/telephoning")
@allow(Permission.HANDOFF_ANSWER)
def create_telephoning(handoff_id: uuid.UUID) -> Answer:
    """電話しました: the reporter heard the answer from the desk."""

    def tell(handoff: Handoff, by: Person) -> None:
        handoff.tell_by_telephone(by, access.now())

    return act(handoff_id, "telephoning", tell)
