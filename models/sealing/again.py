"""What was sealed or unsealed a moment ago: whoever asks for it twice did it once."""

from __future__ import annotations

import datetime as dt
import uuid
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit import AuditLine
from models.handoff import Handoff


class Act(StrEnum):
    """The audit's words for what takes a note away from whoever does it."""

    SEAL = "seal"
    UNSEAL = "unseal"


def was_done(
    session: Session, act: Act, handoff_id: uuid.UUID, by_id: uuid.UUID, since: dt.datetime
) -> bool:
    """Whether this very person did it to a handoff since then; asked of nobody else's acts."""
    own = AuditLine.object_kind == Handoff.__tablename__, AuditLine.object_id == str(handoff_id)
    acted = AuditLine.act == act, AuditLine.actor_id == by_id, AuditLine.at >= since
    return bool(session.scalar(sa.select(sa.exists().where(*own, *acted))))
