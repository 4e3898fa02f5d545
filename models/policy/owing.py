"""Whom only a question keeps out that they have not answered."""

from __future__ import annotations

from dataclasses import replace

from models.policy.actor import Actor
from models.policy.permissions import Permission
from models.policy.rules import may_enter


def owes_answer(actor: Actor, permission: Permission) -> bool:
    """Whether they would be in, had they said where they live."""
    answered = replace(actor, owes_answer=False)
    return not may_enter(actor, permission) and may_enter(answered, permission)
