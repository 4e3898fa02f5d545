"""見本の町: a real city's geography with invented desks, people and sixty worries."""

from __future__ import annotations

from models.demo.invitations import DemoSignIn, with_invitations
from models.demo.load import is_empty, load_demo

__all__ = ["DemoSignIn", "is_empty", "load_demo", "with_invitations"]
