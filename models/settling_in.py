"""Somebody of staff, or a commissioner, says where they live and work: only for conflicts.

What was noted before is looked through, so that nothing of their own stays with them. An address
that changes denies more and gives nothing back.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

from sqlalchemy.orm import Session

from models import audit, involved, looking_back, own_clue
from models.conflict import ConflictKind
from models.household import denied
from models.own_clue import OwnKind, Token
from models.person import Person

_MEANWHILE = dt.timedelta(days=1)
"""More than any note takes between its time and its commit."""


def give(
    session: Session,
    person: Person,
    tokens: list[Token],
    found: Collection[uuid.UUID],
    now: dt.datetime,
    *,
    ends_employer: bool = False,
) -> None:
    """Keep what was given, and deny what it is about. `found`: by `looking_back.look`, just before.

    What came since is looked at here, while no note comes. `ends_employer`: there is none now.
    """
    involved.hold(session)
    own_clue.keep(session, person, tokens, now, ends_employer=ends_employer)
    _deny(session, person, tokens, found, now)
    # Last, since it holds the town's chain until the commit.
    audit.record(session, "give_address", person, now=now, by=person.id)


def be_called(
    session: Session, person: Person, now: dt.datetime, found: Collection[uuid.UUID] = ()
) -> None:
    """A new name, or a new account's first one: whom notes name by it is denied them.

    `found`: by `look`, just before.
    """
    if person.role not in own_clue.ASKED_ROLES:
        return
    session.flush()
    involved.hold(session)
    tokens = own_clue.of_name(session, person, person.name)
    own_clue.add(session, person, tokens, now)
    _deny(session, person, tokens, found, now)


def look(session: Session, person: Person, name: str) -> set[uuid.UUID]:
    """The threads that are about somebody of staff, or a commissioner, if they were called so."""
    if person.role not in own_clue.ASKED_ROLES or name == person.name:
        return set()
    return looking_back.look(session, person, own_clue.of_name(session, person, name))


def lives_here(tokens: Collection[Token]) -> bool:
    """Whether the address was understood as one of this town."""
    return any(one.kind is OwnKind.FAMILY for one in tokens)


def _deny(
    session: Session,
    person: Person,
    tokens: Collection[Token],
    found: Collection[uuid.UUID],
    now: dt.datetime,
) -> None:
    about = {*found, *looking_back.look(session, person, tokens, now - _MEANWHILE)}
    if about:
        denied.hold(session, about)
        denied.deny(session, about, [person.id], ConflictKind.FOUND, now)
