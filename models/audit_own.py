"""The audit's question about one's own: who asked for a note that is about them or somebody near.

They got the answer that they would have got without the note; only here it is told.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import involved
from models.audit_alarm import AlarmKind, AuditAlarm
from models.audit_line import TOWN_CHAIN, AuditLine
from models.audit_views import REVEALED, SEALED, SEARCH, SEE_THREADS, SEEN, TRIED
from models.conflict import Conflict, ConflictKind
from models.handoff import Handoff
from models.thread import Thread
from models.town_time import local_date

SAID_SO = dt.timedelta(minutes=10)
"""So long whoever declared a conflict may come upon it again: by the way back, or a second tap."""
_SAID = ConflictKind.DECLARED


class Asked(NamedTuple):
    """One page that somebody asked for, by its line."""

    at: dt.datetime
    actor_id: uuid.UUID
    act: str
    desk_id: uuid.UUID | None
    key: str
    """Of a try the handoff's id, of what was opened the thread's."""
    met: list[uuid.UUID]
    """The threads beside it; of a search or a special look all that it met."""

    @property
    def notes(self) -> int:
        """How many notes were opened with it."""
        return len(self.met) if self.act == SEE_THREADS else 1

    @staticmethod
    def by(line: AuditLine) -> Asked:
        """The page of a line that somebody's name stands in."""
        assert line.actor_id is not None
        desk_id = None if line.chain == TOWN_CHAIN else uuid.UUID(line.chain)
        return Asked(line.at, line.actor_id, line.act, desk_id, line.object_id, line.shown_ids)


class _Near(NamedTuple):
    """A note about somebody's own: how it came before them, where it was."""

    kind: AlarmKind
    desk_id: uuid.UUID | None
    is_sealed: bool


def alarms(
    session: Session, asked: Sequence[Asked], told: Sequence[AuditAlarm]
) -> Iterator[AuditAlarm]:
    """What one person asked for; one question a day of the town for each kind, by the first time.

    `told`: what was asked about them before.
    """
    days = {(one.kind, one.is_sealed, local_date(one.at)) for one in told}
    for row in asked:
        for near in _near(session, row):
            day = near.kind, near.is_sealed, local_date(row.at)
            if day not in days:
                days.add(day)
                at = {"at": row.at, "found_at": row.at}
                yield AuditAlarm(actor_id=row.actor_id, count=1, **near._asdict(), **at)


def _near(session: Session, row: Asked) -> Iterator[_Near]:
    if row.act in (*SEEN, *REVEALED):
        for key in row.met if row.act in REVEALED else [uuid.UUID(row.key)]:
            thread = session.get(Thread, key)
            if thread is not None and row.actor_id in involved.near(thread):
                is_sealed = row.act in SEALED or thread.is_sealed
                yield _Near(AlarmKind.OWN_OPENED, row.desk_id, is_sealed)
    elif row.act == TRIED:
        handoff = session.get(Handoff, uuid.UUID(row.key))
        if handoff is not None and _kept_back(session, row, [handoff.thread_id]):
            yield _Near(AlarmKind.OWN, handoff.desk_id, handoff.is_sealed)
    elif row.act == SEARCH:
        for thread_id in _kept_back(session, row, row.met):
            is_sealed = session.get_one(Thread, thread_id).is_sealed
            yield _Near(AlarmKind.OWN, row.desk_id, is_sealed)


def _kept_back(session: Session, row: Asked, threads: Collection[uuid.UUID]) -> list[uuid.UUID]:
    """Those that they could not see by then, for longer than since they said so themselves."""
    known = session.scalars(
        sa.select(Conflict)
        .where(
            Conflict.person_id == row.actor_id,
            Conflict.thread_id.in_(threads),
            Conflict.ended_at.is_(None),
            Conflict.made_at <= row.at,
        )
        .order_by(Conflict.thread_id)
    )
    kept = (one for one in known if one.kind is not _SAID or row.at - one.made_at >= SAID_SO)
    return list(dict.fromkeys(one.thread_id for one in kept))
