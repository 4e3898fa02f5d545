"""つなぎ: the obligation of exactly one desk to answer, and everything done to it."""

from __future__ import annotations

from models.handoff.doubting import Doubt
from models.handoff.entity import Handoff, HeldReason, open_at
from models.handoff.transitions import OPEN, TRANSITIONS, Outcome, State, Verb
from models.handoff.undoing import RELEASE, UNDO, voided
from models.handoff.undone import Undone, one_tap

__all__ = [
    "OPEN",
    "RELEASE",
    "TRANSITIONS",
    "UNDO",
    "Doubt",
    "Handoff",
    "HeldReason",
    "Outcome",
    "State",
    "Undone",
    "Verb",
    "one_tap",
    "open_at",
    "voided",
]
