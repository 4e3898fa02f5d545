"""Own words and own data are read where reading is unlocked; nothing that is written needs it."""

from __future__ import annotations

from dataclasses import replace

from models.policy.actor import Actor


def reads(actor: Actor) -> bool:
    """Whether somebody reads what is their own, where they are."""
    return actor.is_signed_in and actor.is_unlocked


def unlocked(actor: Actor) -> Actor:
    """The same person after a proof of who they are."""
    return replace(actor, is_unlocked=True)
