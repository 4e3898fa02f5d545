"""Who may say that a member of a desk is absent: whoever stands there, the member among them."""

from __future__ import annotations

import sqlalchemy as sa

from models.membership import HAS_PLACE, Membership
from models.person import Person, PersonState
from models.policy.actor import Actor


def marks(actor: Actor, membership: Membership) -> bool:
    """Whether the actor may; a place that has not begun or has ended has no days off."""
    return membership.is_active and membership.desk_id in actor.desk_ids


def mark_reach(actor: Actor) -> sa.ColumnElement[bool]:
    """The same as a query filter."""
    active = sa.select(Person.id).where(Person.state == PersonState.ACTIVE)
    return sa.and_(
        Membership.desk_id.in_(actor.desk_ids),
        *HAS_PLACE,
        Membership.person_id.in_(active),
    )
