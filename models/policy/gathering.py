"""Who may undo what gathers two notes: whoever may read both of them."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from models.handoff import Handoff
from models.household.entity import Gathering
from models.policy.actor import Actor

Reach = Callable[[Actor], sa.ColumnElement[bool]]


def gathers(reads: Callable[[Actor, Handoff], bool]) -> Callable[[Actor, Gathering], bool]:
    """The rule that `reads` holds for some handoff of either note."""

    def rule(actor: Actor, row: Gathering) -> bool:
        both = (row.one, row.other)
        return all(any(reads(actor, each) for each in thread.handoffs) for thread in both)

    return rule


def gather_reach(reach: Reach) -> Reach:
    """The same as a condition, from the `reach` of handoffs."""

    def rule(actor: Actor) -> sa.ColumnElement[bool]:
        readable = sa.select(Handoff.thread_id).where(reach(actor))
        return sa.and_(Gathering.one_id.in_(readable), Gathering.other_id.in_(readable))

    return rule
