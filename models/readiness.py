"""Whether a running Kizuki can do its work: asked by `/readyz` and by the doctor."""

from __future__ import annotations

import datetime as dt
import re
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.town import Beat

WORKER = "worker"
"""The name of the worker's sign of life."""
BEAT_IS_FRESH = dt.timedelta(seconds=60)
REVISIONS = Path(__file__).parent / "migrations" / "versions"
_REVISION = re.compile(r"""^revision\b.* = ["'](\w+)""", re.MULTILINE)
_FOLLOWED = re.compile(r"""^down_revision\b.* = ["'](\w+)""", re.MULTILINE)


def answers(session: Session) -> bool:
    """Whether the database answers at all; raises what the driver raises."""
    return session.scalar(sa.select(1)) == 1


def is_migrated(session: Session) -> bool:
    """Whether the database stands where the newest migration leaves it."""
    if not sa.inspect(session.connection()).has_table("alembic_version"):
        return False
    found = session.scalars(sa.text("SELECT version_num FROM alembic_version"))
    return set(found) == _heads()


def has_beat(session: Session, now: dt.datetime) -> bool:
    """Whether the worker left a sign of life within the minute."""
    beat = session.get(Beat, WORKER)
    return beat is not None and now - beat.at <= BEAT_IS_FRESH


@cache
def _heads() -> frozenset[str]:
    """Revisions that no other one follows, read from the files: Alembic takes long to import."""
    texts = [path.read_text("utf-8") for path in REVISIONS.glob("*.py")]
    made = {name for text in texts for name in _REVISION.findall(text)}
    return frozenset(made - {name for text in texts for name in _FOLLOWED.findall(text)})
