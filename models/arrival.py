"""accept(): one transaction from a note at the door to an owned, answered-for handoff."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, sign, telling
from models.area import Area
from models.base import keys_of
from models.clue import Clue, tokens
from models.draft import Draft
from models.handoff import Handoff, HeldReason
from models.observation import Observation, content_code, second_content
from models.person import Person
from models.receipt import Receipt
from models.reporter import Reporter
from models.routing import Route, route
from models.thread import Thread
from models.town import Town
from models.urgency import Urgency, highest, raised

SIGNS_THAT_RAISE = 3
RAISING_DAYS = 14


class Outcome(StrEnum):
    """How an arrival was answered."""

    CREATED = "created"
    REPEATED = "repeated"
    CONFLICT = "conflict"


@dataclass(frozen=True)
class Arrival:
    """A note at the door, with everything slow (hashing) already done."""

    note_id: uuid.UUID
    content_hash: str
    draft: Draft
    area: Area | None = None
    by: Person | None = None
    receipt_hash: bytes | None = None
    held: HeldReason | None = None
    is_marked: bool = False
    """Beyond the door's limit: taken all the same, sorted last in its urgency."""
    raw: bytes | None = None


def accept(session: Session, arrival: Arrival, now: dt.datetime) -> tuple[Outcome, dict[str, Any]]:
    """Take a note exactly once and give the acceptance.

    The same id and content again gives the first acceptance; other content under the same id
    is kept beside it, held at the core. Raises NotStarted where the town has no core.
    """
    outcome, observation = _find_or_take(session, arrival, now)
    return outcome, {**observation.acceptance, "hash": arrival.content_hash}


def _find_or_take(
    session: Session, arrival: Arrival, now: dt.datetime
) -> tuple[Outcome, Observation]:
    first = session.scalar(sa.select(Observation).where(Observation.client_id == arrival.note_id))
    if first is None:
        return Outcome.CREATED, _take(session, arrival, now)
    if first.content_code == content_code(session, arrival.content_hash):
        return Outcome.REPEATED, first
    second = session.scalar(second_content(session, arrival.note_id, arrival.content_hash))
    return Outcome.CONFLICT, second or _take(session, arrival, now, conflict=True)


def _take(
    session: Session, arrival: Arrival, now: dt.datetime, *, conflict: bool = False
) -> Observation:
    # What is read is read first and what is written is written together: flushing between
    # them costs more than the writes themselves.
    with session.no_autoflush:
        draft = arrival.draft
        held = HeldReason.CONFLICT if conflict else arrival.held
        sealed = is_sealed(draft) or held is HeldReason.UNREADABLE
        urgency = highest((draft.urgency, sign.urgency_of(draft.signs)))
        way = route(session, None if held else arrival.area, urgency, sealed=sealed)
        thread = Thread.open(
            session, door_desk=way.door, sealed=sealed, language=draft.language, now=now
        )
        reporter = _report(thread, arrival)
        has_receipt = _give_receipt(session, thread, arrival)
        observation = _observe(thread, arrival, now, conflict=conflict)
        observation.acceptance = _acceptance(
            session, arrival, way, has_receipt=has_receipt, now=now
        )
        why = _index(session, observation, draft, reporter, urgency, now)
        handoff = Handoff.send(
            thread,
            way.desk,
            urgency=raised(urgency) if why else urgency,
            chosen=draft.urgency,
            raised_why=why,
            held=held,
            is_marked=arrival.is_marked,
            now=now,
        )
        audit.record(session, "accept", handoff, now=now, desk_id=way.desk.id)
        telling.new_note(handoff, now)
    session.flush()
    return observation


def is_sealed(draft: Draft) -> bool:
    """Whether a note goes straight to the sealed team (DESIGN, What seals)."""
    return draft.not_nearby or bool(draft.not_to) or sign.seals(draft.signs)


def _observe(thread: Thread, arrival: Arrival, now: dt.datetime, *, conflict: bool) -> Observation:
    observation = Observation(
        id=uuid.uuid4(),
        thread=thread,
        client_id=None if conflict else arrival.note_id,
        conflicts_with=arrival.note_id if conflict else None,
        content_code=content_code(thread.session, arrival.content_hash),
        area=arrival.area,
        received_at=now,
        noted_at=arrival.draft.noted_at,
        acceptance={},
        raw=arrival.raw,
    )
    thread.session.add(observation)
    if arrival.raw is None:
        observation.write(arrival.draft)
    return observation


def _report(thread: Thread, arrival: Arrival) -> Reporter:
    draft = arrival.draft
    return Reporter.of(
        thread,
        arrival.by,
        telephone=draft.telephone,
        shows_name=draft.show_name,
        may_call=draft.contact == "telephone",
    )


def _index(
    session: Session,
    observation: Observation,
    draft: Draft,
    reporter: Reporter,
    urgency: Urgency,
    now: dt.datetime,
) -> list[str]:
    """Store the note's blind tokens; give the reasons that raise its urgency."""
    thread = observation.thread
    found = tokens(keys_of(session), draft, area_id=_id(observation.area), sealed=thread.is_sealed)
    why = []
    if urgency is Urgency.SOON:
        if len(draft.signs) >= SIGNS_THAT_RAISE:
            why.append("three_signs")
        if "place" in found and _noted_by_another(session, found["place"], reporter, now):
            why.append("two_reporters")
    session.add_all(
        Clue(observation=observation, field=field, token=token, noted_at=now)
        for field, token in found.items()
    )
    return why


def _noted_by_another(session: Session, token: bytes, reporter: Reporter, now: dt.datetime) -> bool:
    since = now - dt.timedelta(days=RAISING_DAYS)
    rows = session.scalars(
        sa.select(Reporter.token)
        .join(Observation, Observation.thread_id == Reporter.thread_id)
        .join(Clue, Clue.observation_id == Observation.id)
        .where(Clue.token == token, Clue.noted_at >= since)
        .limit(RAISING_DAYS)
    )
    return any(other is None or other != reporter.token for other in rows)


def _give_receipt(session: Session, thread: Thread, arrival: Arrival) -> bool:
    code_hash = arrival.receipt_hash
    if code_hash is None or Receipt.is_taken(session, code_hash):
        return False
    session.add(Receipt(thread=thread, code_hash=code_hash))
    return True


def _acceptance(
    session: Session, arrival: Arrival, way: Route, *, has_receipt: bool, now: dt.datetime
) -> dict[str, Any]:
    return {
        "id": str(arrival.note_id),
        "epoch": str(session.scalar(sa.select(Town.epoch).limit(1)) or ""),
        "desk": {
            "id": str(way.door.id),
            "name": way.door.name,
            "telephone": way.door.telephone,
        },
        "state": "arrived",
        "received_at": now.isoformat(),
        "receipt": has_receipt,
    }


def _id(area: Area | None) -> int | None:
    return None if area is None else area.id
