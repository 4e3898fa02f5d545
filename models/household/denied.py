"""A household is denied whole: whoever may not see one of its notes sees none of them."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from models import denying
from models.conflict import ConflictKind, Relation
from models.household import gathering
from models.household.entity import members
from models.thread import Thread


def hold(session: Session, threads: Collection[uuid.UUID]) -> None:
    """Hold all that denying these may change, in the order of `turns`: the staff, then the rows."""
    gathering.hold(session, *threads)


def deny(
    session: Session,
    threads: Collection[uuid.UUID],
    people: Collection[uuid.UUID],
    kind: ConflictKind,
    now: dt.datetime,
    relation: Relation | None = None,
) -> None:
    """Deny people these threads and what each is gathered with, for whoever holds them."""
    for thread_id in sorted(threads):
        thread = session.get(Thread, thread_id)
        if thread is not None:
            denying.deny(thread, people, kind, now, relation)
            settle(session, thread_id, now)


def settle(session: Session, thread_id: uuid.UUID, now: dt.datetime) -> None:
    """Who may not see one note of its household sees none of it, as it stands now."""
    denying.spread(session, members(session, thread_id, sealed=True), now)
