"""Nothing of a desk is shown to staff who owe the answer where they live and work."""

from __future__ import annotations

import uuid
from dataclasses import replace

from models.policy.actor import Actor
from models.policy.permissions import Permission

_NEVER_WAITS = frozenset({Permission.NOTE_TAKE, Permission.NOTICE_CHOOSE})
"""Somebody is on the telephone; and what is about oneself alone."""


def seen(actor: Actor, permission: Permission) -> Actor:
    """The actor as the rules see them: who owes the answer stands at no desk yet."""
    if not actor.owes_answer or permission in _NEVER_WAITS:
        return actor
    nowhere: frozenset[uuid.UUID] = frozenset()
    return replace(
        actor,
        desk_ids=nowhere,
        official_ids=nowhere,
        deputy_ids=nowhere,
        core_id=None,
        in_sealed_team=False,
        is_sealed_deputy=False,
    )
