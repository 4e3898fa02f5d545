"""Whether a running Kizuki can do its work: asked by `/readyz` and by the doctor."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.orm import Session

from models.town import Beat

WORKER = "worker"
MIGRATIONS = Path(__file__).parent / "migrations"


def answers(session: Session) -> bool:
    """Whether the database answers at all; raises what the driver raises."""
    return session.scalar(sa.select(1)) == 1


def is_migrated(session: Session) -> bool:
    """Whether the database stands where the newest migration leaves it."""
    context = MigrationContext.configure(session.connection())
    return set(context.get_current_heads()) == _heads()


def has_beat(session: Session, now: dt.datetime, within: dt.timedelta) -> bool:
    """Whether the worker left a sign of life within that time."""
    beat = session.get(Beat, WORKER)
    return beat is not None and now - beat.at <= within


@cache
def _heads() -> frozenset[str]:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    return frozenset(ScriptDirectory.from_config(config).get_heads())
