"""What a conflict of interest alone keeps from somebody: for the audit, never for a page."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache

import sqlalchemy as sa

from models import conflict
from models.handoff import Handoff
from models.policy.actor import Actor
from models.policy.conditions import NEVER, Condition
from models.policy.permissions import Permission
from models.policy.rules import reach


# Asked with every search: what is built upon the same condition is built once, too.
@lru_cache(maxsize=256)
def kept_back(actor: Actor) -> Condition:
    """The handoffs that the actor would read if they were in no conflict."""
    if actor.person_id is None or not actor.has_conflicts:
        return NEVER
    unaware = replace(actor, has_conflicts=False)
    denied = Handoff.thread_id.in_(conflict.denied_threads(actor.person_id))
    return sa.and_(reach(unaware, Permission.HANDOFF_READ, Handoff), denied)
