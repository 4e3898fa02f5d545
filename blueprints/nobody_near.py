"""What a conflict of interest keeps from whoever asks, where no list or row of the policy is read.

Who came into one while they waited for a row: all else was asked before, as a verb may have given
the note to another desk meanwhile.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence

import sqlalchemy as sa
from flask import abort
from sqlalchemy.orm import Session

from blueprints import access
from models import policy
from models.handoff import Handoff


def stays_open(handoff: Handoff) -> None:
    """404 for whoever came into conflict while they waited for the row; asked once it is held."""
    if not without_denied([handoff]):
        abort(404)


def without_denied(handoffs: Sequence[Handoff]) -> list[Handoff]:
    """Those held rows about which whoever acts is in no conflict by now."""
    if not handoffs:
        return []
    free = free_of(handoffs[0].session, {one.thread_id for one in handoffs})
    return [one for one in handoffs if one.thread_id in free]


def free_of(session: Session, threads: Collection[uuid.UUID]) -> frozenset[uuid.UUID]:
    """Those threads about which whoever asks is in no conflict: of others not even a hint."""
    return policy.without_denied(session, access.actor(session), threads)


def is_free() -> sa.ColumnElement[bool]:
    """The same of the handoffs of a query that counts."""
    return policy.not_denied(access.actor())
