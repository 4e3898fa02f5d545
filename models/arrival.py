"""accept(): one transaction from a note at the door to an owned, answered-for handoff."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, involved, raising, sign, telling
from models.acceptance import Outcome, give
from models.at_door import Arrival
from models.base import insert, keys_of, run, save
from models.clue import Clue, clues_of, rows_of
from models.desk import Desk
from models.draft import Draft
from models.handoff import Handoff, HeldReason, storms
from models.hours import hours_of
from models.involved import Involved
from models.observation import Observation, content_code
from models.person import Person
from models.purge import Purged, code_of, is_purged
from models.raised_way import raised_way
from models.receipt import Receipt
from models.reporter import Reporter
from models.routing import Route, behind, route
from models.thread import Thread
from models.urgency import Urgency

__all__ = ["Arrival", "Outcome", "accept"]

_NOTES = Observation.metadata.tables[Observation.__tablename__]
_FIRST = sa.union_all(
    sa.select(_NOTES.c.content_code, _NOTES.c.acceptance).where(
        _NOTES.c.client_id == sa.bindparam("note")
    ),
    # What was purged has no content and no answer any more.
    sa.select(sa.null(), sa.null()).where(Purged.code == sa.bindparam("purged")),
)
_SECOND = sa.select(_NOTES.c.acceptance).where(
    _NOTES.c.conflicts_with == sa.bindparam("note"),
    _NOTES.c.content_code == sa.bindparam("code"),
)


def accept(session: Session, arrival: Arrival, now: dt.datetime) -> tuple[Outcome, dict[str, Any]]:
    """Take a note exactly once and give the acceptance.

    The same id and content again gives the first acceptance; other content under the same id
    is kept beside it, held at the core. Raises NotStarted where the town has no core.
    """
    outcome, acceptance = _find_or_take(session, arrival, now)
    return outcome, {**acceptance, "hash": arrival.content_hash}


def _find_or_take(
    session: Session, arrival: Arrival, now: dt.datetime
) -> tuple[Outcome, dict[str, Any]]:
    purged = code_of(keys_of(session), arrival.note_id)
    first = run(session, _FIRST, {"note": arrival.note_id, "purged": purged}).first()
    if first is None:
        return Outcome.CREATED, _take(session, arrival, now)
    code = content_code(session, arrival.content_hash)
    if first.content_code == code:
        return Outcome.REPEATED, first.acceptance
    second = run(session, _SECOND, {"note": arrival.note_id, "code": code}).one_or_none()
    if second is not None:
        return Outcome.CONFLICT, second.acceptance
    again = code_of(keys_of(session), arrival.note_id, code)
    if first.content_code is None or is_purged(session, again):
        return Outcome.REPEATED, _forgotten(session, arrival, now)
    other = arrival.beside(_first(session, arrival.note_id))
    return Outcome.CONFLICT, _take(session, other, now, conflict=True)


def _first(session: Session, note_id: uuid.UUID) -> Thread:
    """The thread of the first words under an id."""
    found = sa.select(Thread).join(Observation, Observation.thread_id == Thread.id)
    return session.scalars(found.where(Observation.client_id == note_id)).one()


def _forgotten(session: Session, arrival: Arrival, now: dt.datetime) -> dict[str, Any]:
    """The answer for what was purged: as for any note of its place, and nothing is stored."""
    own, area_id = _own_urgency(arrival), None if arrival.held else arrival.area_id
    door = route(session, area_id, own, sealed=False).door
    return _acceptance(session, arrival, door, [], arrival.held, now)


def _take(
    session: Session, arrival: Arrival, now: dt.datetime, *, conflict: bool = False
) -> dict[str, Any]:
    draft, held = arrival.draft, HeldReason.CONFLICT if conflict else arrival.held
    person = _writer(session, arrival)
    area_id = None if held else arrival.area_id
    near = _near(session, arrival, area_id)
    sealed = draft.seals or near.is_unmet or arrival.seals or held is HeldReason.UNREADABLE
    clues = clues_of(session, draft, arrival.area_id, sealed=sealed)
    own, place = _own_urgency(arrival), clues.get("place")
    ask = partial(_why_raised, session, arrival, own, place, person, near.people, now)
    go = partial(route, session, area_id, own, sealed=sealed, denied=near.people)
    urgency, why, way = raised_way(session, own, place, ask, go)
    thread = _open(session, draft, way, now, sealed=sealed)
    reporter = _report(session, thread, arrival, person)
    receipt = _receipt(session, thread, arrival)
    observation = _observe(session, thread, arrival, now, conflict=conflict)
    observation.acceptance = _acceptance(session, arrival, way.door, receipt, held, now)
    handoff = Handoff.send(
        thread,
        way.desk,
        urgency=urgency,
        chosen=draft.urgency,
        raised_why=why,
        held=held,
        is_marked=arrival.is_marked,
        now=now,
        area_id=arrival.area_id,
        place_token=None if near.people else place,
    )
    save(session, thread, reporter, *receipt, observation, handoff)
    near.write(session, thread.id, now)
    insert(session, Clue, rows_of(clues, observation.id, raising.count(draft.signs), now))
    storms.join(session, handoff)
    telling.first_note(session, handoff, way.desk, way.readers, now)
    # Last, since it holds the desk's chain until the commit.
    act, by = arrival.taking.act, arrival.taking.by_id
    audit.record(session, act, handoff, now=now, by=by, desk_id=way.desk.id)
    return observation.acceptance


def _near(session: Session, arrival: Arrival, area_id: int | None) -> Involved:
    draft = arrival.draft
    return involved.of_draft(
        session,
        draft,
        arrival.area_id,
        arrival.denied,
        right_place=arrival.follows.get("right_place", ""),
        desks=behind(session, area_id) if draft.not_to else None,
    )


def _open(session: Session, draft: Draft, way: Route, now: dt.datetime, *, sealed: bool) -> Thread:
    door, language = way.door, draft.language
    thread = Thread.open(session, door_desk=door, sealed=sealed, language=language, now=now)
    thread.is_guarded, thread.stays_at_door = bool(draft.not_to), way.goes_round
    return thread


def _own_urgency(arrival: Arrival) -> Urgency:
    return sign.urgency_with(arrival.draft.urgency, arrival.draft.signs)


def _why_raised(
    session: Session,
    arrival: Arrival,
    own: Urgency,
    place: bytes | None,
    person: Person | None,
    denied: frozenset[uuid.UUID],
    now: dt.datetime,
) -> list[str]:
    token = None if person is None else keys_of(session).reporter_token(person.id)
    return raising.why(
        session,
        own,
        arrival.draft.signs,
        place=place,
        note_id=arrival.note_id,
        reporter=token,
        denied=denied,
        now=now,
    )


def _observe(
    session: Session, thread: Thread, arrival: Arrival, now: dt.datetime, *, conflict: bool
) -> Observation:
    observation = Observation(
        id=uuid.uuid4(),
        thread_id=thread.id,
        client_id=None if conflict else arrival.note_id,
        conflicts_with=arrival.note_id if conflict else None,
        content_code=content_code(session, arrival.content_hash),
        area_id=arrival.area_id,
        received_at=now,
        noted_at=arrival.draft.noted_at,
        came_by=arrival.taking.came_by,
        raw=arrival.raw,
    )
    if arrival.held is not HeldReason.UNREADABLE:
        observation.write(arrival.draft, thread.key, arrival.follows)
    return observation


def _writer(session: Session, arrival: Arrival) -> Person | None:
    """The account, held until the commit: who leaves meanwhile is forgotten here, too."""
    person = arrival.by
    if person is not None and session.get_bind().dialect.name == "postgresql":
        session.refresh(person, with_for_update={"read": True, "of": Person})
    return person if person is not None and person.is_active else None


def _report(session: Session, thread: Thread, arrival: Arrival, person: Person | None) -> Reporter:
    draft = arrival.draft
    return Reporter.of(
        keys_of(session),
        thread.id,
        person,
        telephone=draft.telephone or None,
        shows_name=draft.show_name,
        may_call=draft.contact == "telephone",
        name=arrival.taking.caller,
    )


def _receipt(session: Session, thread: Thread, arrival: Arrival) -> list[Receipt]:
    """The note's receipt; none where its code is in use already, and the note goes on without."""
    code_hash = arrival.receipt_hash
    if code_hash is None or Receipt.is_taken(session, code_hash):
        return []
    return [Receipt(thread_id=thread.id, code_hash=code_hash)]


def _acceptance(
    session: Session,
    arrival: Arrival,
    door: Desk,
    receipt: list[Receipt],
    held: HeldReason | None,
    now: dt.datetime,
) -> dict[str, Any]:
    hours = hours_of(door, arrival.draft.urgency, arrival.draft.signs, now)
    is_held, has_receipt = held is not None, bool(receipt)
    return give(session, arrival.note_id, door, hours, receipt=has_receipt, held=is_held, now=now)
