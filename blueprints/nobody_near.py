"""Who came into conflict with a note while they waited for its row."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort
from flask_login import current_user

from models import conflict
from models.handoff import Handoff


def stays_open(handoff: Handoff) -> None:
    """404 for whoever came into conflict while they waited for the row; asked once it is held."""
    if without_denied([handoff]) == []:
        abort(404)


def without_denied(handoffs: Sequence[Handoff]) -> list[Handoff]:
    """Those held rows about which whoever acts is in no conflict by now."""
    me = None if not current_user.is_authenticated else current_user.person_id
    if me is None or not handoffs:
        return list(handoffs)
    denied = set(handoffs[0].session.scalars(conflict.denied_threads(me)))
    return [one for one in handoffs if one.thread_id not in denied]
