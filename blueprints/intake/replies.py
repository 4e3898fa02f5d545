"""What a desk says: acknowledgements, one or several, questions, further words, the end."""

from __future__ import annotations

import uuid

from flask import request
from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.intake import bp, composing, reading, repeats
from blueprints.intake.acting import Answer, act, act_on_several
from models.handoff import Handoff, Verb
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/acknowledgement")
@allow(Permission.HANDOFF_ANSWER)
def create_acknowledgement(handoff_id: uuid.UUID) -> Answer:
    """受け止めました: with what the form says, or with one tap from the list."""

    def acknowledge(handoff: Handoff, by: Person) -> str:
        told = composing.spoken_by(handoff, noun) if _is_form() else composing.usual(handoff)
        handoff.acknowledge(by, told.said, access.now(), told.next_on)
        return f"done={noun}&of={handoff.id}"

    noun = "acknowledgement"
    return act(handoff_id, noun, acknowledge)


@bp.post("/desk/acknowledgements")
@allow(Permission.HANDOFF_ANSWER)
def create_acknowledgements() -> Response:
    """Several of 気にかけておく at once; what others acknowledged meanwhile is left as it is."""
    return act_on_several(_acknowledge, "acknowledged", "late")


@bp.post("/desk/handoffs/<uuid:handoff_id>/acknowledgements")
@allow(Permission.HANDOFF_ANSWER)
def create_acknowledgements_together(handoff_id: uuid.UUID) -> Response:
    """まとめて受け止める: those that the page of one note listed, however urgent they are."""
    place = access.load(Handoff, handoff_id, Permission.HANDOFF_ANSWER).place_token

    def acknowledge(handoff: Handoff, by: Person) -> bool:
        is_there = place is not None and handoff.place_token == place
        return is_there and _acknowledge_usually(handoff, by)

    return act_on_several(acknowledge, "acknowledged", "late")


@bp.post("/desk/handoffs/<uuid:handoff_id>/question")
@allow(Permission.HANDOFF_ANSWER)
def create_question(handoff_id: uuid.UUID) -> Answer:
    """Ask the reporter something."""

    def ask(handoff: Handoff, by: Person) -> None:
        handoff.ask(by, composing.spoken_by(handoff, "question").said, access.now())

    return act(handoff_id, "question", ask)


@bp.post("/desk/handoffs/<uuid:handoff_id>/reply")
@allow(Permission.HANDOFF_ANSWER)
def create_reply(handoff_id: uuid.UUID) -> Answer:
    """A further word after the acknowledgement."""

    def reply(handoff: Handoff, by: Person) -> None:
        told = composing.spoken_by(handoff, "reply")
        handoff.reply(by, told.said, access.now(), told.named_on)

    return act(handoff_id, "reply", reply)


@bp.post("/desk/handoffs/<uuid:handoff_id>/closure")
@allow(Permission.HANDOFF_ANSWER)
def create_closure(handoff_id: uuid.UUID) -> Answer:
    """End with an outcome for the desk, and what may be told for the reporter."""

    def close(handoff: Handoff, by: Person) -> None:
        told = composing.spoken_by(handoff, "closure")
        handoff.close(by, reading.outcome(), told.said, access.now())

    return act(handoff_id, "closure", close)


def _is_form() -> bool:
    """Whether it comes from the note's own form, with nothing chosen there, too."""
    return any(name in request.form for name in ("template", "words", "next_on"))


def _acknowledge(handoff: Handoff, by: Person) -> bool:
    """Acknowledge one of several that were ticked; False for what is in a hurry, too."""
    return handoff.urgency.is_taken_with_others and _acknowledge_usually(handoff, by)


def _acknowledge_usually(handoff: Handoff, by: Person) -> bool:
    """Acknowledge one of several as one tap does; False where somebody was first."""
    if not handoff.can(Verb.ACKNOWLEDGE):
        return repeats.is_done(handoff, "acknowledgement", by)
    told = composing.usual(handoff)
    handoff.acknowledge(by, told.said, access.now(), told.next_on)
    return True
