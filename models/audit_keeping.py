"""The head of each day, made once, and tried again until every place outside has it."""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.audit_head import document
from models.base import Base
from models.town import Town
from models.town_time import local_date

LEASE = dt.timedelta(minutes=10)
"""Until then nobody else tries, so that two workers do not send the same letter."""
_WAIT = dt.timedelta(minutes=5)
_LONGEST_WAIT = dt.timedelta(hours=6)
_REMEMBERED = dt.timedelta(days=40)
IS_LATE = dt.timedelta(days=2)
"""So long after the last kept head the doctor warns."""


class KeptHead(Base):
    """One day's head and the places that have it, as codes that mean nothing without the key."""

    __tablename__ = "kept_head"

    day: Mapped[dt.date] = mapped_column(primary_key=True)
    """The town's day."""
    made_at: Mapped[dt.datetime]
    document: Mapped[str]
    places: Mapped[list[str]]
    attempts: Mapped[int] = mapped_column(default=0)
    next_at: Mapped[dt.datetime | None]
    """When it is tried again; None once every place has it."""
    kept_at: Mapped[dt.datetime | None]
    """When the first place had it."""

    def take(self, places: list[str], *, is_whole: bool, now: dt.datetime) -> None:
        """Note which places have it now, and when the others are tried again."""
        self.places = sorted({*self.places, *places})
        self.kept_at = self.kept_at or (now if places else None)
        self.attempts += 1
        wait = min(_WAIT * 2 ** min(self.attempts - 1, 10), _LONGEST_WAIT)
        self.next_at = None if is_whole else now + wait
        if is_whole:
            _say_kept(self.session, now)


def is_due(session: Session, now: dt.datetime) -> bool:
    """Whether today's head is still to be made, or to be tried again."""
    kept = session.get(KeptHead, local_date(now))
    return kept is None or (kept.next_at is not None and kept.next_at <= now)


def begin(session: Session, now: dt.datetime) -> KeptHead | None:
    """Today's head, leased to the caller; None where another was first, or every place has it."""
    audit.hold(session)
    if not is_due(session, now):
        return None
    kept = session.get(KeptHead, local_date(now))
    if kept is None:
        text = document(session, now)
        kept = KeptHead(day=local_date(now), made_at=now, document=text, places=[], attempts=0)
        session.add(kept)
        old = KeptHead.day < local_date(now - _REMEMBERED)
        session.execute(sa.delete(KeptHead).where(old))
    kept.next_at = now + LEASE
    return kept


def last_kept(session: Session) -> dt.datetime | None:
    """When a head was last kept outside."""
    return session.scalar(sa.select(sa.func.max(KeptHead.kept_at)))


def _say_kept(session: Session, now: dt.datetime) -> None:
    town = Town.of(session)
    if town is not None:
        audit.record(session, "keep_head", town, now=now)
