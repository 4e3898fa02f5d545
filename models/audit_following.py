"""The worker follows the log: its ends only grow, and once a day every chain is walked whole.

Whoever can write to the database can put it back to an earlier state of itself, signed as it was
then. They reach no memory of a process that saw more.
"""

from __future__ import annotations

import datetime as dt
import logging
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit_alarm import AlarmKind, AuditAlarm, raise_alarm
from models.audit_chain import chains, walk
from models.audit_line import AuditCheckpoint, AuditHead, AuditLine
from models.desk import Desk
from models.store import Store

_log = logging.getLogger("kizuki.audit")
_End = tuple[int, bytes]


@dataclass
class Following:
    """Where each chain ended when this process last looked."""

    _seen: dict[str, _End] = field(default_factory=dict)

    def look(self, store: Store, now: dt.datetime) -> int:
        """Ask about each chain that goes on from something else than it did; gives how many."""
        with store.read() as session:
            ends = {one.chain: (one.position, one.digest) for one in _heads(session)}
            lines = _digests(session, self._seen)
            begins = {row.chain: row.position for row in session.execute(_BEGINS)}
        lost = {
            chain: position
            for chain, (position, digest) in self._seen.items()
            if ends.get(chain, (-1, b""))[0] < position
            or (lines.get(chain) != digest and begins.get(chain, 0) < position)
        }
        raised = _raise(store, lost, now)
        self._seen = ends
        return raised


_BEGINS = sa.select(AuditCheckpoint.chain, AuditCheckpoint.position)


def follow(store: Store, now: dt.datetime) -> int:
    """Walk every chain, and ask about each that is not as it was written; gives how many."""
    with store.read() as session:
        names = sorted(chains(session))
    faults = {}
    for chain in names:
        # One at a time: a year of a large town holds no reader open for long.
        with store.read() as session:
            walked = walk(session, chain)
        if walked.wrong is not None:
            faults[chain] = walked.position
    return _raise(store, faults, now)


def _heads(session: Session) -> Iterable[AuditHead]:
    return session.scalars(sa.select(AuditHead))


def _digests(session: Session, seen: Mapping[str, _End]) -> dict[str, bytes]:
    """What stands now where these chains ended."""
    if not seen:
        return {}
    at = (
        sa.and_(AuditLine.chain == chain, AuditLine.position == position)
        for chain, (position, _) in seen.items()
    )
    rows = session.execute(sa.select(AuditLine.chain, AuditLine.digest).where(sa.or_(*at)))
    return {row.chain: row.digest for row in rows}


def _raise(store: Store, faults: Mapping[str, int], now: dt.datetime) -> int:
    """One question for each place, once."""
    if not faults:
        return 0
    with store.write() as session:
        audit.hold(session)
        broken = sa.select(AuditAlarm).where(AuditAlarm.kind == AlarmKind.BROKEN)
        told = {(one.desk_id, one.count) for one in session.scalars(broken)}
        desks = {str(desk_id): desk_id for desk_id in session.scalars(sa.select(Desk.id))}
        fresh = {(desks.get(chain), position) for chain, position in faults.items()} - told
        for desk_id, position in fresh:
            _log.critical("the log is not as it was written: %s at %d", desk_id or "town", position)
            raise_alarm(session, _alarm(desk_id, position, now), now)
    return len(fresh)


def _alarm(desk_id: uuid.UUID | None, position: int, now: dt.datetime) -> AuditAlarm:
    return AuditAlarm(kind=AlarmKind.BROKEN, desk_id=desk_id, count=position, at=now, found_at=now)
