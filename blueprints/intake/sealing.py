"""封をする, and the two steps in which the sealed team lets a note go again."""

from __future__ import annotations

import uuid

from blueprints import access
from blueprints.access import Permission, allow, fresh
from blueprints.intake import bp, reading
from blueprints.intake.acting import Answer, act
from models import sealing
from models.handoff import Handoff
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/sealing")
@allow(Permission.HANDOFF_SEAL)
@fresh
def create_sealing(handoff_id: uuid.UUID) -> Answer:
    """Give it to the sealed team. The answer is the list: no link to it is left."""

    def seal(handoff: Handoff, by: Person) -> str:
        desk_id = handoff.desk_id
        words = reading.words("seal_words", needed=False)
        sealing.seal(handoff, by, access.now(), words)
        return f"/desk?desk={desk_id}&done=sealing"

    return act(handoff_id, "sealing", seal, Permission.HANDOFF_SEAL)


@bp.post("/desk/handoffs/<uuid:handoff_id>/unsealing-proposal")
@allow(Permission.SEAL_LIFT)
@fresh
def create_unsealing_proposal(handoff_id: uuid.UUID) -> Answer:
    """Say why others may know of it again."""

    def propose(handoff: Handoff, by: Person) -> None:
        sealing.propose(handoff, by, reading.words("unseal_reason"), access.now())

    return act(handoff_id, "unsealing-proposal", propose, Permission.SEAL_LIFT)


@bp.post("/desk/handoffs/<uuid:handoff_id>/unsealing-withdrawal")
@allow(Permission.SEAL_LIFT)
@fresh
def create_unsealing_withdrawal(handoff_id: uuid.UUID) -> Answer:
    """The seal stays."""

    def withdraw(handoff: Handoff, by: Person) -> None:
        sealing.withdraw(handoff, by, access.now())

    return act(handoff_id, "unsealing-withdrawal", withdraw, Permission.SEAL_LIFT)


@bp.post("/desk/handoffs/<uuid:handoff_id>/unsealing")
@allow(Permission.SEAL_LIFT)
@fresh
def create_unsealing(handoff_id: uuid.UUID) -> Answer:
    """The second person agrees; its desk has it from then on."""

    def unseal(handoff: Handoff, by: Person) -> str:
        desk_id = handoff.desk_id
        sealing.unseal(handoff, by, access.now())
        return f"/desk?desk={desk_id}&done=unsealing"

    return act(handoff_id, "unsealing", unseal, Permission.SEAL_LIFT)
