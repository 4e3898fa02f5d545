"""How many people told of a household: a number, and nothing of who they are."""

from __future__ import annotations

import uuid
from collections.abc import Collection, Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.reporter import Reporter


def reporters(session: Session, threads: Collection[uuid.UUID]) -> int:
    """How many told of these notes; all who have left count as one."""
    is_forgotten = Reporter.sealed_identity.is_(None)
    rows = sa.select(Reporter.token, is_forgotten).where(Reporter.thread_id.in_(threads))
    return people([(row[0], row[1]) for row in session.execute(rows)], left=1)


def people(told: Iterable[tuple[bytes | None, bool]], *, left: int) -> int:
    """How many people these are: the blind token of each note, and whether its writer left.

    Each note without an account counts as one. The notes of who left may all be of one person,
    even of one who tells again: they count as `left`, however many.
    """
    notes = list(told)
    known = {token for token, _ in notes if token is not None}
    unknown = sum(token is None and not is_forgotten for token, is_forgotten in notes)
    return len(known) + unknown + left * any(is_forgotten for _, is_forgotten in notes)
