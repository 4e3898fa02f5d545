"""同じ世帯にまとめる, and 取り消す."""

from __future__ import annotations

import uuid

from blueprints import access, done
from blueprints.access import Permission, allow, fresh
from blueprints.intake import bp, reading
from blueprints.intake.acting import NEEDED, Answer, act
from models.errors import Invalid
from models.handoff import Handoff
from models.household import gathering
from models.household.entity import Gathering
from models.person import Person


@bp.post("/desk/handoffs/<uuid:handoff_id>/gathering")
@allow(Permission.HANDOFF_ANSWER)
@fresh
def create_gathering(handoff_id: uuid.UUID) -> Answer:
    """同じ世帯にまとめる: one tap, by somebody who may read both notes."""

    def gather(handoff: Handoff, by: Person) -> str | None:
        chosen = reading.ids("other", 1)
        if not chosen:
            raise Invalid("desk.problem.need_companion", "other")
        session, stood = handoff.session, handoff.desk
        other = access.load(Handoff, chosen[0], Permission.HANDOFF_ANSWER, session, NEEDED)
        gathering.gather(handoff, other, by, access.now())
        return done.moved("gathered_on", handoff, stood)

    return act(handoff_id, "gathering", gather)


@bp.post("/desk/handoffs/<uuid:handoff_id>/ungathering")
@allow(Permission.HANDOFF_ANSWER)
def create_ungathering(handoff_id: uuid.UUID) -> Answer:
    """まとめたのを取り消す: all of it, what it raised as well."""

    def undo(handoff: Handoff, by: Person) -> str | None:
        chosen, session, stood = reading.ids("gathering", 1), handoff.session, handoff.desk
        if not chosen:
            raise Invalid("desk.problem.need_companion", "gathering")
        # Whoever comes second finds it undone.
        if session.get(Gathering, chosen[0]) is not None:
            access.load(Gathering, chosen[0], Permission.HOUSEHOLD_GATHER, session)
            gathering.undo(session, chosen[0], by, access.now())
        return done.moved("ungathering", handoff, stood)

    return act(handoff_id, "ungathering", undo)
