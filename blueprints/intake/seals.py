"""What the page of a note offers about its seal, and the proposals that wait at the core."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blueprints import access
from blueprints.access import Permission
from models import sealing
from models.desk import Desk
from models.errors import Unreadable
from models.handoff import Handoff
from models.sealing import Unsealing


@dataclass(frozen=True)
class Proposal:
    """Somebody of the sealed team would unseal it."""

    by: str
    at: dt.datetime
    reason: str
    is_own: bool
    """A second person has to agree."""


@dataclass(frozen=True)
class Seal:
    """What whoever reads the note may do about its seal."""

    may_seal: bool
    may_lift: bool
    goes_to: str
    """The desk that would have it, unsealed."""
    proposal: Proposal | None


def seal_of(handoff: Handoff) -> Seal:
    """As it is at this moment."""
    may_seal = access.allows(Permission.HANDOFF_SEAL, handoff)
    # What was passed on before an unsealing stays the team's, and there is nothing left to lift.
    may_lift = handoff.thread.is_sealed and access.allows(Permission.SEAL_LIFT, handoff)
    return Seal(
        may_seal=may_seal and sealing.may_be_sealed(handoff),
        may_lift=may_lift and bool(handoff.thread.observation.sealed_body),
        goes_to=sealing.goes_to(handoff).name if may_lift else "",
        proposal=_proposal(handoff) if may_lift else None,
    )


def proposed_at(desk: Desk) -> list[uuid.UUID]:
    """The handoffs of a desk that somebody proposes to unseal, for whoever may agree."""
    if not desk.is_core or not access.may_enter(Permission.SEAL_LIFT):
        return []
    found = access.listing(Handoff, Permission.SEAL_LIFT).with_only_columns(Handoff.id)
    waiting = found.join(Unsealing, Unsealing.thread_id == Handoff.thread_id)
    last = waiting.where(Handoff.desk_id == desk.id, _is_last())
    return list(access.reading().scalars(last.order_by(Unsealing.at)))


def _is_last() -> sa.ColumnElement[bool]:
    """Of a thread that was passed on, the handoff that came last."""
    later = sa.orm.aliased(Handoff)
    beyond = later.thread_id == Handoff.thread_id, later.step > Handoff.step
    return ~sa.exists().where(*beyond).correlate(Handoff)


def _proposal(handoff: Handoff) -> Proposal | None:
    own = sa.select(Unsealing).where(Unsealing.thread_id == handoff.thread_id)
    found = access.reading().scalar(own.options(joinedload(Unsealing.by)))
    if found is None:
        return None
    try:
        reason = found.reason
    except Unreadable:
        reason = ""
    is_own = found.by_id == access.actor().person_id
    return Proposal(found.by.name, found.at, reason, is_own)
