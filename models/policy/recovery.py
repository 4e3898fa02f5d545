"""Who may be the second to agree where no desk confirms somebody afterwards: one of the core."""

from __future__ import annotations

import sqlalchemy as sa

from models.invitation import Invitation
from models.policy.actor import Actor
from models.policy.conditions import NEVER, Condition


def _agrees(actor: Actor, invitation: Invitation) -> bool:
    if actor.core_id is None or actor.person_id is None or not invitation.needs_second:
        return False
    return actor.person_id not in (invitation.made_by_id, invitation.person_id)


def _agree_reach(actor: Actor) -> Condition:
    if actor.core_id is None or actor.person_id is None:
        return NEVER
    others = [
        sa.or_(one.is_(None), one != actor.person_id)
        for one in (Invitation.made_by_id, Invitation.person_id)
    ]
    return sa.and_(Invitation.needs_second.is_(True), *others)


AGREED = (_agrees, _agree_reach)
"""One row, and the same rule as a condition."""
