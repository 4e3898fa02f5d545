"""From a form, plain JSON or a sealed envelope to one accepted note: one way for all doors."""

from __future__ import annotations

import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from flask import g
from sqlalchemy.orm import Session

from blueprints import access
from models import my_number, place
from models.area import Area
from models.arrival import Arrival, Outcome, accept
from models.draft import LIMITS, Draft, Problem, content_hash, read_draft
from models.errors import Unreadable
from models.handoff import HeldReason
from models.person import Person
from models.sender import Sender
from models.town import Town
from models.urgency import Urgency

TRIES = 4
"""Each try may meet another winner: of the note's id, of its receipt code, of a first line."""
_PADDING = b" \0"
_LOST_RACES = frozenset({"40001", "40P01"})


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
    raw: Mapping[str, object], *, by: Sender, is_marked: bool, receipt: str | None = None
) -> Arrived:
    """Take a note whose fields can be read; raises Refused, NotStarted and Busy.

    A place that nobody knows is no problem: the core places the note. A `receipt` that comes
    beside the fields is no part of what was written: with it or without, it is the same note.
    """
    draft, problems = read_draft(raw, now=access.now())
    if problems:
        raise Refused(problems)
    arrival = Arrival(
        note_id=draft.id or uuid.uuid4(),
        content_hash=content_hash(raw),
        draft=draft,
        receipt_hash=_receipt(receipt or draft.receipt),
        is_marked=is_marked,
    )
    return _accept(arrival, by)


def take_sealed(envelope: bytes, *, by: Sender, is_marked: bool) -> Arrived:
    """Take a phone's sealed envelope: never refused for its content.

    What cannot be placed is held at the core; what cannot be opened is kept as it came.
    """
    raw = _opened(envelope)
    if raw is None:
        return _accept(_unreadable(envelope, is_marked=is_marked), by)
    fields, digest = raw
    draft, problems = read_draft(fields, now=access.now(), lenient=True)
    draft = _masked(draft)
    arrival = Arrival(
        note_id=draft.id or _id_of(envelope),
        content_hash=digest,
        draft=draft,
        receipt_hash=_receipt(draft.receipt),
        held=_doubt(problems),
        is_marked=is_marked,
    )
    return _accept(arrival, by)


def _area_id(draft: Draft) -> int | None:
    """The one area a note names: chosen by id, else by postal code or town name."""
    if draft.area is not None:
        return int(draft.area)
    found = place.find(access.reading(), draft.place) if draft.place else []
    return found[0].id if len(found) == 1 else None


def _accept(arrival: Arrival, by: Sender) -> Arrived:
    """One transaction; where two equal notes race, the loser is given the winner's answer."""
    area_id = _area_id(arrival.draft)
    access.close()
    for tries_left in reversed(range(TRIES)):
        try:
            with access.writing() as session:
                settled = _settled(session, arrival, area_id, by)
                outcome, acceptance = accept(session, settled, access.now())
                g.marks = Town.marks(session)
            return Arrived(outcome, acceptance)
        except sa.exc.DBAPIError as error:
            if not tries_left or not _lost_a_race(error):
                raise
    raise AssertionError("unreachable")


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


def _lost_a_race(error: sa.exc.DBAPIError) -> bool:
    """Whether somebody else was first, so that trying again gives the right answer."""
    state = getattr(error.orig, "sqlstate", None)
    return isinstance(error, sa.exc.IntegrityError) or state in _LOST_RACES


def _opened(envelope: bytes) -> tuple[dict[str, object], str] | None:
    """The fields of an envelope and their hash, or None where it holds no note."""
    try:
        plain = access.kizuki().keys.open_envelope(envelope).rstrip(_PADDING)
        raw = json.loads(plain.decode())
        return (raw, content_hash(raw)) if isinstance(raw, dict) else None
    except (Unreadable, ValueError, RecursionError):
        return None


def _masked(draft: Draft) -> Draft:
    """The draft without individual numbers, which no store may hold (番号法 第20条)."""
    masked: dict[str, Any] = {name: my_number.mask(getattr(draft, name)) for name in LIMITS}
    return replace(draft, **masked)


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
        note_id=_id_of(envelope),
        content_hash=hashlib.sha256(envelope).hexdigest(),
        draft=Draft(urgency=Urgency.SOON),
        held=HeldReason.UNREADABLE,
        is_marked=is_marked,
        raw=envelope,
    )


def _id_of(envelope: bytes) -> uuid.UUID:
    """A stable id for an envelope that tells none, so that it is kept once."""
    return uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(envelope).hexdigest())
