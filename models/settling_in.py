"""Somebody of staff, or a commissioner, says where they live and work: only for conflicts.

What was noted before is looked through, so that nothing of their own stays with them. An address
that changes denies more and gives nothing back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from models import audit, denying, involved, own_clue
from models.conflict import ConflictKind
from models.household import gathering
from models.own_clue import OwnKind, Token
from models.person import Person
from models.thread import Thread

_MEANWHILE = dt.timedelta(days=1)
"""More than any note takes between its time and its commit."""


def give(
    session: Session,
    person: Person,
    tokens: list[Token],
    found: Collection[uuid.UUID],
    now: dt.datetime,
) -> None:
    """Keep what was given, and deny what it is about. `found`: by `involved.look`, just before.

    What came since is looked at here, while no note comes.
    """
    involved.hold(session)
    own_clue.keep(session, person, tokens, now)
    audit.record(session, "give_address", person, now=now, by=person.id)
    _deny(session, person, {*found, *involved.look(session, person, tokens, now - _MEANWHILE)}, now)


def be_called(session: Session, person: Person, now: dt.datetime) -> None:
    """A new name, or a new account's first one: whom a reporter named before is denied that."""
    if person.role not in own_clue.ASKED_ROLES:
        return
    session.flush()
    involved.hold(session)
    own_clue.add(session, person, list(own_clue.of_person(person.keys, person.name, None)), now)
    _deny(session, person, involved.named(session, person), now)


def lives_here(tokens: Collection[Token]) -> bool:
    """Whether the address was understood as one of this town."""
    return any(one.kind is OwnKind.FAMILY for one in tokens)


def _deny(
    session: Session, person: Person, threads: Collection[uuid.UUID], now: dt.datetime
) -> None:
    for thread_id in sorted(threads):
        thread = session.get(Thread, thread_id)
        if thread is not None:
            denying.hold_staff(session, [thread_id])
            gathering.hold(session, thread_id)
            denying.deny(thread, [person.id], ConflictKind.FOUND, now)
