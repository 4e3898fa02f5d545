"""How many people told of a household: a number, and nothing of who they are."""

from __future__ import annotations

import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.reporter import Reporter


def reporters(session: Session, threads: Collection[uuid.UUID]) -> int:
    """How many told of these notes; each without an account, or who has left, counts as one."""
    tokens = sa.select(Reporter.token).where(Reporter.thread_id.in_(threads))
    found = session.scalars(tokens).all()
    known = [token for token in found if token is not None]
    return len(set(known)) + len(found) - len(known)
