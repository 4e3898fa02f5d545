"""Who owes a second proof, whose own sign-ins they are, and what asks for a fresh proof."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from models import proof
from models.policy.actor import Actor
from models.policy.permissions import Permission


def _works_here(actor: Actor) -> bool:
    return actor.role is not None and not actor.role.is_phone


def is_fresh(actor: Actor, now: dt.datetime) -> bool:
    """Whether the actor may do what cannot be taken back: proved anew a moment ago.

    Whoever is about to make the first proof of their own has none to give.
    """
    return actor.may_add_first or proof.is_fresh(actor.proved_at, now)


PROOF_ENTRY: dict[Permission, Callable[[Actor], bool]] = {
    Permission.CREDENTIAL_ADD: lambda actor: actor.may_add_first or _works_here(actor),
    Permission.OWN_SIGN_INS: _works_here,
}
