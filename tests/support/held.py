"""Phones that somebody holds in the hand the whole test: no clock locks their reading."""

from __future__ import annotations

import datetime as dt
import hashlib

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.credential import SignIn

_FAR = int(dt.datetime(2099, 1, 1, tzinfo=dt.UTC).timestamp())
ALWAYS_USED = {"opened_at": _FAR, "read_at": _FAR}
"""What the cookie says of a phone that somebody holds in the hand the whole test."""


def never_locks(session: Session, token: str) -> None:
    """Let a session that was just begun have digits, which nobody asks for."""
    session.flush()
    found = sa.select(SignIn).where(SignIn.token_hash == hashlib.sha256(token.encode()).digest())
    session.scalars(found).one().pin = b"never asked for"
