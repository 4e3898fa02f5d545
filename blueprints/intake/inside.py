"""What stays at the desk: notes for its own eyes, and answers told by telephone."""

from __future__ import annotations

import uuid

from flask import request

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


@bp.post("/desk/handoffs/<uuid:handoff_id>/contact")
@allow(Permission.HANDOFF_ANSWER)
def create_contact(handoff_id: uuid.UUID) -> Answer:
    """電話・訪問の記録: a call or a visit, kept inside; the next reply is ready to tell of it."""

    def log(handoff: Handoff, by: Person) -> None:
        words = reading.words("contact_words", needed=False)
        at = reading.moment("contact_at")
        handoff.log_contact(by, reading.contact(), access.now(), at=at, words=words)

    return act(handoff_id, "contact", log)


@bp.post("/desk/handoffs/<uuid:handoff_id>/telephoning")
@allow(Permission.HANDOFF_ANSWER)
def create_telephoning(handoff_id: uuid.UUID) -> Answer:
    """How the call went: the reporter heard the answer from the desk, or was not reached."""

    def tell(handoff: Handoff, by: Person) -> str | None:
        if request.form.get("how") == "missed":
            handoff.miss_by_telephone(by, access.now())
            return "done=missed_call"
        handoff.tell_by_telephone(by, access.now())
        return None

    return act(handoff_id, "telephoning", tell)
