"""The watch over what was opened in danger: not confirmed in time, it is asked about."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit_alarm import AlarmKind, AuditAlarm, raise_alarm
from models.reveal.entity import WITHIN, Reveal, RevealKind
from models.store import Store


def watch(store: Store, now: dt.datetime) -> int:
    """Raise an alarm for each, once however often it runs; gives how many."""
    with store.read() as session:
        if session.scalars(_late(now).limit(1)).first() is None:
            return 0
    with store.write() as session:
        return raise_late(session, now)


def raise_late(session: Session, now: dt.datetime) -> int:
    """The same in the caller's transaction; what another holds is left to that one."""
    found = session.scalars(_late(now).with_for_update(of=Reveal, skip_locked=True)).all()
    for reveal in found:
        alarm(reveal, AlarmKind.UNCONFIRMED, now)
    return len(found)


def _late(now: dt.datetime) -> sa.Select[Reveal]:
    return sa.select(Reveal).where(
        Reveal.is_danger.is_(True),
        Reveal.decided_at.is_(None),
        Reveal.alarmed_at.is_(None),
        Reveal.asked_at <= now - WITHIN,
    )


def alarm(reveal: Reveal, kind: AlarmKind, now: dt.datetime) -> None:
    """Ask about one; of a note that was sealed since, only the sealed team and the auditor hear.

    What was asked for about a name or a place is asked about with a sealed note among it or none:
    where it were not, that would tell.
    """
    session = reveal.session
    is_sealed = reveal.kind is RevealKind.REPORTER and reveal.has_sealed
    reveal.alarmed_at, at = now, reveal.opened_at or reveal.asked_at
    told = session.scalar(
        sa.select(AuditAlarm).where(
            AuditAlarm.actor_id == reveal.by_id,
            AuditAlarm.kind == kind,
            AuditAlarm.is_sealed.is_(is_sealed),
            AuditAlarm.at == at,
        )
    )
    if told is not None:
        told.count += 1
        return
    made = AuditAlarm(kind=kind, actor_id=reveal.by_id, desk_id=reveal.desk_id, count=1, at=at)
    made.is_sealed, made.found_at = is_sealed, now
    raise_alarm(session, made, now)
