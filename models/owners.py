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
    """The name of the desk that its reporter is told gave an answer, by the answer's id."""
    answers = [reply for reply in thread.replies if not reply.kind.is_from_reporter]
    found = {one.id: one.told_desk.name for one in answers if one.told_desk is not None}
    rest = [one for one in answers if one.id not in found]
    if not rest:
        return found
    if thread.keeps_door:
        return found | {one.id: thread.door_desk.name for one in rest}
    lines = thread.session.scalars(audit.lines_about(thread.handoffs)).all()
    names = names_of(thread.session, lines)
    return found | {one.id: names.get(_chain(lines, one), one.handoff.desk.name) for one in rest}


def keep_told(thread: Thread) -> None:
    """Whoever owns the thread from now on: what its reporter was told stays as it was."""
    lines = thread.session.scalars(audit.lines_about(thread.handoffs)).all()
    for one in thread.replies:
        if one.kind.is_from_reporter or one.told_desk_id is not None:
            continue
        chain = _chain(lines, one)
        if thread.keeps_door:
            one.told_desk_id = thread.door_desk_id
        elif chain in ("", TOWN_CHAIN):
            one.told_desk_id = one.handoff.desk_id
        else:
            one.told_desk_id = uuid.UUID(chain)


def _chain(lines: Sequence[AuditLine], answer: Reply) -> str:
    """Where the last act on the answer's handoff stands that is no younger than the answer."""
    of = str(answer.handoff_id)
    chains = [one.chain for one in lines if one.object_id == of and one.at <= answer.at]
    return chains[-1] if chains else ""
