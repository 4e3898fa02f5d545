"""Who may undo what gathers two notes: whoever reads one of them, both where one is sealed.

A note may have gone to another desk since; whoever has what is left must be able to free it.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from models.handoff import Handoff
from models.household.entity import Gathering
from models.policy.actor import Actor
from models.thread import Thread

Reach = Callable[[Actor], sa.ColumnElement[bool]]


def gathers(reads: Callable[[Actor, Handoff], bool]) -> Callable[[Actor, Gathering], bool]:
    """The rule that `reads` holds for some handoff of either note; of both beside a sealed one."""

    def rule(actor: Actor, row: Gathering) -> bool:
        both = (row.one, row.other)
        read = [any(reads(actor, each) for each in thread.handoffs) for thread in both]
        return all(read) if row.is_sealed else any(read)

    return rule


def gather_reach(reach: Reach) -> Reach:
    """The same as a condition, from the `reach` of handoffs."""

    def rule(actor: Actor) -> sa.ColumnElement[bool]:
        handoffs = sa.select(Handoff.id).where(reach(actor)).correlate(Gathering)
        one, other = (
            handoffs.where(Handoff.thread_id == each).exists()
            for each in (Gathering.one_id, Gathering.other_id)
        )
        return sa.or_(sa.and_(one, other), sa.and_(sa.or_(one, other), ~_is_sealed))

    return rule


_is_sealed = (
    sa.select(Thread.id)
    .where(Thread.id.in_((Gathering.one_id, Gathering.other_id)), Thread.is_sealed.is_(True))
    .correlate(Gathering)
    .exists()
)
