"""Who seals a note, and who lets it go again; a part of the rules."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from models.handoff import Handoff, State
from models.policy.actor import Actor

Reads = Callable[[Actor, Handoff], bool]
Reach = Callable[[Actor], sa.ColumnElement[bool]]
_ELSEWHERE = (State.PASSED_ON, State.RETURNED)
"""Another desk owns the thread."""


def seals(reads: Reads) -> Reads:
    """Whoever reads what their desk owns; what is sealed already, its team finds done."""
    return lambda actor, row: row.state not in _ELSEWHERE and reads(actor, row)


def seal_reach(reach: Reach) -> Reach:
    """The same as a condition, from the `reach` of handoffs."""
    return lambda actor: sa.and_(reach(actor), Handoff.state.not_in(_ELSEWHERE))


def lifts(reads: Reads) -> Reads:
    """The sealed team, of what is sealed; that it takes two, the domain sees to."""
    return lambda actor, row: row.is_sealed and reads(actor, row)


def lift_reach(reach: Reach) -> Reach:
    """The same as a condition."""
    return lambda actor: sa.and_(reach(actor), Handoff.is_sealed.is_(True))
