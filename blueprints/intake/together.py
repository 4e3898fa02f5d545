"""同じ場所のこと: what is one row of a list stands on one page, and one tap answers it."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from werkzeug.wrappers import Response

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.intake import bp, composing, repeats
from blueprints.intake.acting import act_on_several
from blueprints.noted import Noted, noted_of
from models import storm
from models.handoff import Handoff, Verb
from models.listed import Listed
from models.person import Person


@dataclass(frozen=True)
class Together:
    """What is folded under a note, oldest first; as much of it as one tap takes."""

    count: int
    """Of all, up to the limit of counts and one more."""
    rows: Sequence[tuple[Listed, Noted]]


def together_with(handoff: Handoff) -> Together | None:
    """What is folded under a note that waits; None where nothing is."""
    if not handoff.can(Verb.ACKNOWLEDGE) or handoff.place_token is None:
        return None
    session, readable = access.reading(), access.listing(Handoff, Permission.HANDOFF_READ)
    count = storm.sizes(session, readable, [handoff.id]).get(handoff.id, 0)
    if not count:
        return None
    found = storm.folded(session, readable, handoff.id)
    return Together(count, list(zip(found, noted_of(found), strict=True)))


@bp.post("/desk/handoffs/<uuid:handoff_id>/acknowledgements")
@allow(Permission.HANDOFF_ANSWER)
def create_acknowledgements_together(handoff_id: uuid.UUID) -> Response:
    """まとめて受け止める: those that the page of one note listed, however urgent they are."""
    place = access.load(Handoff, handoff_id, Permission.HANDOFF_ANSWER).place_token

    def acknowledge(handoff: Handoff, by: Person) -> bool:
        if place is None or handoff.place_token != place:
            return False
        return acknowledge_usually(handoff, by)

    return act_on_several(acknowledge, "acknowledged", "late")


def acknowledge_usually(handoff: Handoff, by: Person) -> bool:
    """Acknowledge one of several as one tap does; False where somebody was first."""
    if not handoff.can(Verb.ACKNOWLEDGE):
        return repeats.is_done(handoff, "acknowledgement", by)
    told = composing.usual(handoff)
    handoff.acknowledge(by, told.said, access.now(), told.next_on)
    return True
