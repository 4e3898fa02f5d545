"""From a form, plain JSON or a sealed envelope to one accepted note: one way for all doors."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask import g
from sqlalchemy.orm import Session

from blueprints import access
from blueprints.access import Permission
from blueprints.envelopes import NOTE, TAKERS, Opened, id_of, item_of, opened
from blueprints.limits import is_beyond_photos
from models import follow_up, late_photo, photo_part, place, routing
from models.area import Area
from models.arrival import Arrival, Outcome, accept
from models.draft import Draft, Problem, content_hash, masked, read_draft
from models.gaps import number
from models.handoff import HeldReason
from models.person import Person
from models.phone import heard
from models.photo_part import Slice
from models.sender import Sender
from models.taking import Taking
from models.thread import Thread
from models.town import Town
from models.urgency import Urgency

Hear = Callable[[Session], None]
"""Writes down, in the same transaction, that a phone was heard."""


def _nothing(_session: Session) -> None:
    """What the plain door has to write down of a phone."""


@dataclass(frozen=True)
class Arrived:
    """How a note was taken, and the answer for its sender."""

    outcome: Outcome
    acceptance: dict[str, Any]


class Refused(Exception):
    """The plain door found problems; everything typed is still with the sender."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("problems")
        self.problems = problems


def take_plain(
    raw: Mapping[str, object],
    *,
    by: Sender,
    is_marked: bool,
    receipt: str | None = None,
    taking: Taking | None = None,
) -> Arrived:
    """Take a note whose fields can be read; raises Refused, NotStarted and Busy.

    A place that nobody knows is no problem: the core places the note. Without an id its repeat
    would be another note. A `receipt` that comes beside the fields is no part of what was
    written: with it or without, it is the same note.
    `taking`: that staff wrote it down; its fields do not say so, or anybody's could.
    """
    draft, problems = read_draft(raw, now=access.now())
    if draft.id is None and not any(one.field == "id" for one in problems):
        problems.append(Problem("id", "need_id"))
    if problems or draft.id is None:
        raise Refused(problems)
    arrival = Arrival(
        note_id=draft.id,
        content_hash=content_hash(raw),
        draft=draft,
        receipt_hash=_receipt(receipt or draft.receipt),
        is_marked=is_marked,
        taking=taking or Taking(),
    )
    return _accept(arrival, by)


def take_sealed(
    envelope: bytes, *, by: Sender, waiting: int | None, is_beyond: Callable[[], bool]
) -> Arrived:
    """Take a phone's sealed envelope: never refused for its content.

    What cannot be placed is held at the core; what cannot be opened is kept as it came.
    `waiting`: how many more the phone says that it has. `is_beyond` counts one more note of
    its sender, and is asked of notes alone.
    """
    sent = opened(envelope)
    hear = _of_phone(sent, by, waiting)
    if sent is None:
        return _accept(_unreadable(envelope, is_marked=is_beyond()), by, hear)
    if sent.kind == NOTE:
        return _accept(_sealed_note(sent, is_marked=is_beyond()), by, hear)
    part = photo_part.read_slice(sent.fields) if sent.kind == photo_part.KIND else None
    door = follow_up.Door(_may_write, is_beyond)
    if part is not None:
        return _photo(part, sent.content_hash, by, hear, door)
    item = item_of(sent, by)
    access.close()
    return _in_turn(
        lambda session: follow_up.accept(session, item, TAKERS.get(item.kind), door, access.now()),
        hear,
    )


def _photo(part: Slice, content_hash: str, by: Sender, hear: Hear, door: follow_up.Door) -> Arrived:
    """A part of a picture may come before its note; nobody could place it meanwhile."""
    is_beyond = is_beyond_photos(by.person_id)
    access.close()

    def take(session: Session) -> tuple[Outcome, dict[str, Any]]:
        now = access.now()
        found = late_photo.aside(session, part, by, door, now) if by.is_revoked else part
        return photo_part.accept(
            session, found, content_hash, by.person_id, now, is_beyond=is_beyond
        )

    return _in_turn(take, hear)


def _of_phone(sent: Opened | None, by: Sender, waiting: int | None) -> Hear:
    """The phone whose key signed it was heard, with the number of what it sent."""
    sequence = None if sent is None else number(sent.fields.get("sequence"))

    def hear(session: Session) -> None:
        if by.device_id is not None:
            heard(session, by.device_id, sequence, waiting, access.now())

    return hear


def _sealed_note(sent: Opened, *, is_marked: bool) -> Arrival:
    draft, problems = read_draft(sent.fields, now=access.now(), lenient=True)
    return Arrival(
        note_id=draft.id or id_of(sent.envelope),
        content_hash=sent.content_hash,
        draft=masked(draft),
        receipt_hash=_receipt(draft.receipt),
        held=_doubt(problems),
        is_marked=is_marked,
    )


def _may_write(session: Session, person_id: uuid.UUID, thread: Thread) -> bool:
    return access.may(session, person_id, Permission.THREAD_WRITE, thread)


def _area_id(draft: Draft) -> int | None:
    """The one area a note names: chosen by id, else by postal code or town name.

    Of several towns of one desk, what holds them all: which of them is meant, its place says.
    None where nothing does, and a person places the note.
    """
    if draft.area is not None:
        return int(draft.area)
    session = access.reading()
    area = routing.meant(session, place.find(session, draft.place)) if draft.place else None
    return None if area is None else area.id


def _accept(arrival: Arrival, by: Sender, hear: Hear = _nothing) -> Arrived:
    area_id = _area_id(arrival.draft)
    access.close()
    return _in_turn(
        lambda session: accept(session, _settled(session, arrival, area_id, by), access.now()),
        hear,
    )


def _in_turn(take: Callable[[Session], tuple[Outcome, dict[str, Any]]], hear: Hear) -> Arrived:
    """One transaction; where two equal ones race, the loser is given the winner's answer.

    The phone's row is locked before any other, as it is by whoever watches the phones.
    """

    def heard_and_taken(session: Session) -> Arrived:
        hear(session)
        arrived = Arrived(*take(session))
        g.marks = Town.marks(session)
        return arrived

    return access.in_turn(heard_and_taken)


def _settled(session: Session, arrival: Arrival, area_id: int | None, by: Sender) -> Arrival:
    """The arrival with its rows in this very transaction; without an area, it is held."""
    person = None if by.person_id is None else session.get(Person, by.person_id)
    known = area_id is not None and Area.is_known(session, area_id)
    return replace(
        arrival,
        by=person if person is not None and person.is_active else None,
        area_id=area_id if known else None,
        held=_held(arrival, by, is_placed=known),
    )


def _held(arrival: Arrival, by: Sender, *, is_placed: bool) -> HeldReason | None:
    """Why a person should look first; what cannot be read counts more than whose phone it was."""
    if arrival.held is HeldReason.UNREADABLE:
        return arrival.held
    if by.is_revoked:
        return HeldReason.REVOKED_KEY
    return arrival.held or (None if is_placed else HeldReason.UNKNOWN_AREA)


def _doubt(problems: list[Problem]) -> HeldReason | None:
    """What in a note nobody knows; what is merely missing is no reason to hold it."""
    if any(problem.code == "too_long" for problem in problems):
        return HeldReason.TOO_LONG
    unknown = {p.field for p in problems if p.code in ("unknown_code", "wrong_type")}
    if "signs" in unknown:
        return HeldReason.UNKNOWN_SIGN
    return HeldReason.UNKNOWN_ROLE if unknown else None


def _receipt(code: str | None) -> bytes | None:
    """The slow index of a note's receipt code, computed outside any write."""
    return None if code is None else access.kizuki().keys.slow_index(code)


def _unreadable(envelope: bytes, *, is_marked: bool) -> Arrival:
    """The phone knows it by the SHA-256 of what it sent: there is no other name for it."""
    return Arrival(
        note_id=id_of(envelope),
        content_hash=hashlib.sha256(envelope).hexdigest(),
        draft=Draft(urgency=Urgency.SOON),
        held=HeldReason.UNREADABLE,
        is_marked=is_marked,
        raw=envelope,
    )
