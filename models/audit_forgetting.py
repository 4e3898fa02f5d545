"""Retention of the audit: lines that are too old go, and a signed checkpoint stands for them."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit_alarm import AuditAlarm
from models.audit_line import TOWN_CHAIN, AuditCheckpoint, AuditLine, end_code
from models.base import keys_of
from models.reveal.entity import Reveal
from models.store import Store
from models.town import Town

_AT_ONCE = 1000
_YEAR = dt.timedelta(days=366)
_LATELY = dt.timedelta(days=30)
_LONG_ENOUGH = dt.timedelta(days=3)


def forget_lines(store: Store, years: int, now: dt.datetime) -> int:
    """Delete what is older than `years`, chain by chain and part by part; gives how many lines.

    Only from the beginning of a chain, and only as far as everything is too old. Killed in
    between, it goes on the next time: each part leaves a whole chain. Alarms, and who was let see
    what, go as their lines do. Nothing goes while the clock may have jumped: it has to agree with
    lines of three days and more.
    """
    before = now - _YEAR * years
    with store.read() as session:
        if not _is_clock_right(session, now):
            return 0
        old = sa.select(AuditLine.chain).where(AuditLine.at < before).distinct()
        chains = sorted(session.scalars(old))
        beside = ((AuditAlarm, AuditAlarm.at < before), (Reveal, Reveal.asked_at < before))
        has_more = any(session.scalar(sa.select(one.id).where(old).limit(1)) for one, old in beside)
    if has_more:
        with store.write() as session:
            for kind, old_ones in beside:
                session.execute(sa.delete(kind).where(old_ones))
    forgotten = 0
    for chain in chains:
        while True:
            with store.write() as session:
                part = _forget(session, chain, before, now)
            forgotten += part
            if part < _AT_ONCE:
                break
    return forgotten


def _is_clock_right(session: Session, now: dt.datetime) -> bool:
    """Whether something was written within a month, and longer ago than since a jump of today."""
    lately = AuditLine.at > now - _LATELY, AuditLine.at < now - _LONG_ENOUGH
    return session.scalar(sa.select(AuditLine.id).where(*lately).limit(1)) is not None


def _forget(session: Session, chain: str, before: dt.datetime, now: dt.datetime) -> int:
    audit.hold(session)
    here = sa.select(AuditLine).where(AuditLine.chain == chain)
    oldest = session.scalars(here.order_by(AuditLine.position).limit(_AT_ONCE)).all()
    fresh = next((n for n, line in enumerate(oldest) if line.at >= before), len(oldest))
    gone = oldest[:fresh]
    if not gone:
        return 0
    last, count = gone[-1], len(gone)
    _mark(session, last, now)
    ended = AuditLine.chain == chain, AuditLine.position <= last.position
    session.execute(sa.delete(AuditLine).where(*ended))
    _say(session, chain, now)
    return count


def _mark(session: Session, last: AuditLine, now: dt.datetime) -> None:
    """Sign where the chain begins from now on."""
    keys = keys_of(session)
    session.merge(
        AuditCheckpoint(
            chain=last.chain,
            position=last.position,
            digest=last.digest,
            at=now,
            code=end_code(keys, "checkpoint", last.chain, last.position, last.digest),
        )
    )


def _say(session: Session, chain: str, now: dt.datetime) -> None:
    town = Town.of(session)
    if town is not None:
        desk_id = None if chain == TOWN_CHAIN else uuid.UUID(chain)
        audit.record(session, "forget_lines", town, now=now, desk_id=desk_id)
