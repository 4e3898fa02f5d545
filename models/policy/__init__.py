"""Who may do what: one rule for pages, API, lists, counts, push and files alike."""

from __future__ import annotations

from models.policy.actor import Actor
from models.policy.conflict import not_denied, without_denied
from models.policy.kept_back import kept_back
from models.policy.owing import owes_answer
from models.policy.permissions import Permission
from models.policy.proven import is_fresh
from models.policy.rules import allow, is_locked, may_enter, reach

__all__ = [
    "Actor",
    "Permission",
    "allow",
    "is_fresh",
    "is_locked",
    "kept_back",
    "may_enter",
    "not_denied",
    "owes_answer",
    "reach",
    "without_denied",
]
