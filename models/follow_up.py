"""What follows a note in an envelope of its own: done once, or held at the core, never refused."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import arrival, my_number, text
from models.acceptance import Acceptance, give
from models.arrival import Arrival, Outcome
from models.base import keys_of
from models.desk import Desk
from models.draft import masked, read_draft
from models.errors import Invalid, NotAllowed
from models.handoff import HeldReason
from models.hours import hours_of
from models.observation import Observation, content_code, named
from models.person import Person
from models.purge import code_of, is_purged
from models.receipt import Receipt
from models.routing import NotStarted
from models.sender import Sender
from models.speech import SpeechKind
from models.thread import Thread
from models.urgency import Urgency


@dataclass(frozen=True)
class Item:
    """An opened envelope that is no note, with everything slow done."""

    id: uuid.UUID
    kind: str
    note_id: uuid.UUID | None
    """The note it follows."""
    fields: Mapping[str, object]
    content_hash: str
    envelope: bytes
    sender: Sender
    code_hash: bytes | None = None
    """The slow index of the receipt code that came with it."""


Taker = Callable[[Thread, Item, dt.datetime], None]
"""Does in its thread what an item says; raises Invalid and NotAllowed, and then it is held."""


@dataclass(frozen=True)
class Door:
    """What the door knows and the domain asks: who may write, and who sent too many."""

    may_write: Callable[[Session, uuid.UUID, Thread], bool]
    is_beyond: Callable[[], bool]


def accept(
    session: Session, item: Item, taker: Taker | None, door: Door, now: dt.datetime
) -> tuple[Outcome, dict[str, Any]]:
    """Do what an item says exactly once and give the acceptance.

    The same id and content again gives the first acceptance. Other content under the same id,
    what fits no thread of its sender, and a kind without a taker are held as notes at the core.
    Raises NotStarted where the town has no core.
    """
    code = content_code(session, item.content_hash)
    earlier = Acceptance.under(session, item.id)
    same = next((one for one in earlier if one.content_code == code), None)
    if same is not None:
        return Outcome.REPEATED, same.given | {"hash": item.content_hash}
    keys = keys_of(session)
    if is_purged(session, code_of(keys, item.id), code_of(keys, item.id, code)):
        return Outcome.REPEATED, _give(session, item, None, now) | {"hash": item.content_hash}
    given, thread_id = _take(session, item, taker, door, now, is_second=bool(earlier))
    session.add(
        Acceptance(
            item_id=None if earlier else item.id,
            conflicts_with=item.id if earlier else None,
            content_code=code,
            thread_id=thread_id,
            given=given,
        )
    )
    session.flush()
    outcome = Outcome.CONFLICT if earlier else Outcome.CREATED
    return outcome, given | {"hash": item.content_hash}


def _take(
    session: Session,
    item: Item,
    taker: Taker | None,
    door: Door,
    now: dt.datetime,
    *,
    is_second: bool,
) -> tuple[dict[str, Any], uuid.UUID]:
    """Do it, or hold it; the acceptance and the thread it is in."""
    thread = _thread(session, item)
    why: HeldReason | None
    if is_second:
        why = HeldReason.CONFLICT
    elif item.sender.is_revoked:
        why = HeldReason.REVOKED_KEY
    elif taker is None:
        why = HeldReason.UNKNOWN_KIND
    elif thread is None or not _may_write(session, item, thread, door):
        why = HeldReason.UNMATCHED
    else:
        why = _do(session, item, taker, thread, now)
        if why is None:
            return _give(session, item, thread, now), thread.id
    return _hold(session, item, why, door, now, thread)


def _do(
    session: Session, item: Item, taker: Taker, thread: Thread, now: dt.datetime
) -> HeldReason | None:
    """Why it could not be done; nothing of it is left then."""
    try:
        with session.begin_nested():
            taker(thread, item, now)
    except Invalid as problem:
        return HeldReason.TOO_LONG if problem.key == "problem.too_long" else HeldReason.UNKNOWN_ROLE
    except NotAllowed:
        return HeldReason.TOO_LATE
    return None


def _give(session: Session, item: Item, thread: Thread | None, now: dt.datetime) -> dict[str, Any]:
    """The answer of the thread's desk as its writer knows it, or of the core."""
    desk = Desk.core(session) if thread is None else thread.shown_desk
    if desk is None:
        raise NotStarted
    chosen = Urgency.SOON if thread is None else thread.handoff.chosen
    return give(session, item.id, desk, hours_of(desk, chosen, (), now), now=now)


def _thread(session: Session, item: Item) -> Thread | None:
    if item.note_id is None:
        return None
    found = sa.select(Thread).join(Observation, Observation.thread_id == Thread.id)
    return session.scalar(found.where(named(item.note_id)))


def _may_write(session: Session, item: Item, thread: Thread, door: Door) -> bool:
    """Whether the thread is its sender's, or its code opens it."""
    by = item.sender.person_id
    if by is not None and door.may_write(session, by, thread):
        return True
    return _opens(session, item, thread)


def _opens(session: Session, item: Item, thread: Thread) -> bool:
    """Whether the receipt code that came with it is the thread's."""
    if item.code_hash is None:
        return False
    opened = Receipt.open(session, item.code_hash)
    return opened is not None and opened.id == thread.id


def _hold(
    session: Session,
    item: Item,
    why: HeldReason,
    door: Door,
    now: dt.datetime,
    thread: Thread | None,
) -> tuple[dict[str, Any], uuid.UUID]:
    """Keep it as a note at the core with its words; with its envelope, where it has more.

    `thread`: of what it follows; nobody knows whether that is sealed, where it is not there yet.
    """
    draft, _ = read_draft(item.fields, now=now, lenient=True)
    by = item.sender.person_id
    person = None if by is None else session.get(Person, by)
    held = Arrival(
        note_id=item.id,
        content_hash=item.content_hash,
        draft=masked(draft),
        by=person if person is not None and person.is_active else None,
        held=why,
        is_marked=door.is_beyond(),
        follows=_follows(item),
        seals=item.note_id is not None and thread is None,
        raw=None if item.kind in set(SpeechKind) else item.envelope or None,
    )
    if thread is not None:
        held = held.beside(thread)
    _, given = arrival.accept(session, held, now)
    del given["hash"]
    kept = sa.select(Observation.thread_id).where(
        sa.or_(Observation.client_id == item.id, Observation.conflicts_with == item.id),
        Observation.content_code == content_code(session, item.content_hash),
    )
    return given, session.scalars(kept).one()


def _follows(item: Item) -> dict[str, str]:
    """What stands in the held note of where it belongs."""
    place = item.fields.get("right_place")
    found = {
        "kind": text.clean_line(item.kind),
        "follows": "" if item.note_id is None else str(item.note_id),
        "right_place": text.clean_line(my_number.mask(place)) if isinstance(place, str) else "",
    }
    return {name: value for name, value in found.items() if value}
