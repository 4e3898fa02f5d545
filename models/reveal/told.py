"""What a reporter is told of it: by the kind of desk and by the day, as of who opened the note."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from models.desk import DeskKind
from models.reveal.entity import Reveal, RevealKind, RevealThread
from models.thread import Thread


@dataclass(frozen=True)
class Told:
    """One that was opened."""

    kind: RevealKind
    desk: DeskKind
    at: dt.datetime


def told(thread: Thread) -> list[Told]:
    """Everything that was opened of a note, the oldest first.

    Where no other desk than the door is named to its reporter, none is told of here either. Each
    was opened before a seal, which changes nothing of what was told before it.
    """
    rows = thread.session.scalars(
        sa.select(Reveal)
        .join(RevealThread, RevealThread.reveal_id == Reveal.id)
        .where(RevealThread.thread_id == thread.id, Reveal.opened_at.is_not(None))
        .options(joinedload(Reveal.desk))
        .order_by(Reveal.opened_at, Reveal.id)
    )
    return [
        Told(one.kind, (thread.shown_desk if thread.kept_door else one.desk).kind, one.opened_at)
        for one in rows
        if one.opened_at is not None
    ]
