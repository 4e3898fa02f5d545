"""What the table of transitions allows, and a rule beside it still refuses."""

from __future__ import annotations

import datetime as dt

from models import routing
from models.desk import Desk
from models.handoff import Handoff, Outcome, Verb
from models.membership import reader_ids
from models.person import Person


def may_refuse(handoff: Handoff, verb: Verb, to: Desk, by: Person, now: dt.datetime) -> bool:
    """Whether there is such a rule, as the handoff stands."""
    match verb:
        case Verb.UNDO:
            return not handoff.may_undo(by.id, now)
        case Verb.TAKE_BACK:
            return not handoff.may_take_back(now)
        case Verb.REPLY:
            return handoff.outcome is Outcome.TAKEN_BACK
        case Verb.RETURN_BACK:
            return not handoff.goes_back()
        case Verb.PASS_ON:
            target = routing.ready(handoff.session, to, handoff.urgency)
            return handoff.is_sealed or target.id == handoff.desk_id
        case Verb.ESCALATE:
            return handoff.is_sealed
        case Verb.PLACE:
            return handoff.is_sealed and not to.is_core
        case Verb.CLAIM | Verb.PUT_DOWN:
            return handoff.claimed_by_id not in (None, by.id) or not _reads(handoff, by)
        case Verb.ENTRUST:
            return True
    return False


def _reads(handoff: Handoff, by: Person) -> bool:
    return by.id in reader_ids(handoff.session, handoff.desk_id, sealed=handoff.is_sealed)
