"""Which desk had a handoff when something was done: the audit's chain keeps it.

A handoff that goes to a backup stays the same row, so that its desk is today's owner alone.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit import TOWN_CHAIN, AuditLine
from models.desk import Desk
from models.reply import Reply
from models.thread import Thread


def names_of(session: Session, lines: Iterable[AuditLine]) -> dict[str, str]:
    """The name of the desk in whose chain a line stands, by the chain."""
    ids = {uuid.UUID(line.chain) for line in lines if line.chain != TOWN_CHAIN}
    found = session.execute(sa.select(Desk.id, Desk.name).where(Desk.id.in_(ids)))
    return {str(desk_id): name for desk_id, name in found}


def speakers(thread: Thread) -> dict[uuid.UUID, str]:
    """The name of the desk that gave an answer, by the answer's id."""
    answers = [reply for reply in thread.replies if not reply.kind.is_from_reporter]
    if not answers:
        return {}
    lines = thread.session.scalars(audit.lines_about(thread.handoffs)).all()
    names = names_of(thread.session, lines)
    return {one.id: names.get(_chain(lines, one), one.handoff.desk.name) for one in answers}


def _chain(lines: Sequence[AuditLine], answer: Reply) -> str:
    """Where the last act on the answer's handoff stands that is no younger than the answer."""
    of = str(answer.handoff_id)
    chains = [one.chain for one in lines if one.object_id == of and one.at <= answer.at]
    return chains[-1] if chains else ""
