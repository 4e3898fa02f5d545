"""電話する: what each call is to tell, and how often it was tried since that was said."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from blueprints import access
from blueprints.said import say_all
from models.base import run
from models.contact import ContactKind
from models.delivery import Delivery
from models.desk import Desk
from models.errors import Unreadable
from models.listed import Listed
from models.reply import InsideNote, Reply, opened
from models.unreached import unreached

_WORDS = (Delivery.handoff_id, Reply.id, Reply.kind, Reply.at, Reply.sealed_said)
_TRIES = sa.select(InsideNote.handoff_id, InsideNote.contact_at).where(
    InsideNote.handoff_id.in_(sa.bindparam("of", expanding=True)),
    InsideNote.contact == ContactKind.NO_ANSWER,
)


@dataclass
class Call:
    """One person to telephone."""

    owed: list[str] = field(default_factory=list)
    """The replies that reached nobody, the oldest first."""
    tries: int = 0
    tried_at: dt.datetime | None = None
    since: dt.datetime | None = None


def calls_of(handoffs: Sequence[Listed], desk: Desk) -> dict[uuid.UUID, Call]:
    """By handoff, what is owed and was tried; as many queries for one row as for a page."""
    rows = {one.id: one for one in handoffs}
    if not rows:
        return {}
    calls = {handoff_id: Call() for handoff_id in rows}
    for reply in _owed(list(rows), desk):
        call = calls[reply.handoff_id]
        call.owed += _words(rows[reply.handoff_id], reply)
        call.since = call.since or reply.at
    for tried in run(access.reading(), _TRIES, {"of": list(rows)}):
        call, at = calls[tried.handoff_id], tried.contact_at
        if call.since is not None and at >= call.since:
            call.tries, call.tried_at = call.tries + 1, max(at, call.tried_at or at)
    return calls


def _owed(ids: list[uuid.UUID], desk: Desk) -> Sequence[sa.Row[Any]]:
    here = unreached(desk.id).join(Reply, Reply.id == Delivery.reply_id)
    asked = here.where(Delivery.handoff_id.in_(ids)).with_only_columns(*_WORDS)
    return run(access.reading(), asked, {}).all()


def _words(row: Listed, reply: sa.Row[Any]) -> list[str]:
    try:
        said = opened(row.key(access.reading()), reply.id, reply.sealed_said)
    except Unreadable:
        return []
    return say_all(reply.kind, said)
