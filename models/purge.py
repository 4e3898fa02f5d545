"""Forgetting a thread for good, and remembering only that it is not to come back."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, Session, mapped_column

from models import audit
from models.acceptance import Acceptance
from models.base import Base, insert
from models.handoff import storms
from models.household import gathering
from models.keys import KeyRing
from models.observation import Observation
from models.photo import PhotoPart
from models.thread import Thread


class Purged(Base):
    """One id that a phone may still offer: as a code that means nothing without the key file."""

    __tablename__ = "purged"

    code: Mapped[bytes] = mapped_column(primary_key=True)
    at: Mapped[dt.datetime]


def code_of(keys: KeyRing, item_id: uuid.UUID, content_code: bytes | None = None) -> bytes:
    """What stands in the ledger for an id; for a second content under it, with that content."""
    text = str(item_id) if content_code is None else f"{item_id}|{content_code.hex()}"
    return keys.index("purged", text, size=32)


def is_purged(session: Session, *codes: bytes) -> bool:
    """Whether one of these was purged."""
    found = sa.select(Purged.code).where(Purged.code.in_(codes)).limit(1)
    return session.scalar(found) is not None


def purge(session: Session, thread: Thread, now: dt.datetime, by: uuid.UUID | None = None) -> None:
    """Delete a thread with all its words, its data key and what was said in it since.

    The ledger keeps a code of each id that came from a phone: offered again, by a phone or by
    a backup, it is answered and not stored.
    """
    gathering.take_out(thread, now, by)
    observation = thread.observation
    codes = {_code(thread.keys, observation.client_id, observation.conflicts_with, observation)}
    said = session.scalars(sa.select(Acceptance).where(Acceptance.thread_id == thread.id))
    codes |= {_code(thread.keys, one.item_id, one.conflicts_with, one) for one in said}
    known = set(session.scalars(sa.select(Purged.code).where(Purged.code.in_(codes))))
    insert(session, Purged, [{"code": code, "at": now} for code in sorted(codes - known)])
    # Held, so that nothing is folded under it meanwhile.
    thread.handoff.lock()
    storms.leave(thread.handoff)
    audit.record(session, "purge", thread, now=now, by=by, desk_id=thread.handoff.desk_id)
    # What came before the note, or from another, hangs on no thread.
    session.execute(sa.delete(PhotoPart).where(PhotoPart.note_id == observation.client_id))
    session.execute(sa.delete(Thread).where(Thread.id == thread.id))
    session.expire_all()


def _code(
    keys: KeyRing,
    root: uuid.UUID | None,
    conflicts_with: uuid.UUID | None,
    row: Observation | Acceptance,
) -> bytes:
    if root is not None or conflicts_with is None:
        return code_of(keys, root or row.id)
    return code_of(keys, conflicts_with, row.content_code)
