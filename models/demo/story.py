"""Play one invented worry through the verbs, at the times at which it would have happened."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing
from models.area import Area, AreaKind
from models.arrival import Arrival, accept
from models.draft import read_draft
from models.handoff import Handoff, HeldReason, Outcome, Verb
from models.membership import active_members
from models.observation import Observation
from models.person import Person
from models.reply import Said
from models.taking import CameBy, Taking
from models.thread import Thread
from models.town_time import TOKYO, local_date

_NOT_FIELDS = ("by", "town", "days", "at", "steps", "lost", "unreached")
_TAKING = ("came_by", "taken_by", "caller")
_COMMISSIONER_SHOWS = {"show_name": True}


def tell(
    session: Session, note: dict[str, Any], cast: dict[str, Person], now: dt.datetime
) -> Thread | None:
    """Accept the note and take its steps, as far as they lie before `now`.

    Gives its thread; None where it is held.
    """
    thread = _note(session, note, cast, now)
    if thread is None:
        return None
    at = thread.made_at
    for step in note["steps"]:
        minutes, verb, *rest = step.split(" ", 2)
        at = thread.handoff.desk.calendar.add_open_minutes(at, int(minutes))
        if at >= now:
            break
        _step(session, thread, cast, verb, rest[0] if rest else "", at)
        session.flush()
    return thread


def _note(
    session: Session, note: dict[str, Any], cast: dict[str, Person], now: dt.datetime
) -> Thread | None:
    by = cast.get(note["by"])
    fields = {name: value for name, value in note.items() if name not in _NOT_FIELDS + _TAKING}
    if by is not None and by.role == "commissioner":
        fields |= _COMMISSIONER_SHOWS
    draft, problems = read_draft({**fields, "place": note.get("place", note["town"])})
    assert not problems, (note, problems)
    at = _when(note, now)
    area = None if note.get("lost") else _town(session, note["town"])
    plain = json.dumps(fields, ensure_ascii=False, sort_keys=True).encode()
    arrival = Arrival(
        note_id=uuid.uuid4(),
        content_hash=hashlib.sha256(plain).hexdigest(),
        draft=replace(draft, noted_at=at if "came_by" in note else None),
        area_id=None if area is None else area.id,
        by=by,
        held=HeldReason.UNKNOWN_AREA if area is None else None,
        taking=_taking(note, cast),
    )
    accept(session, arrival, at)
    found = session.scalar(sa.select(Observation).where(Observation.client_id == arrival.note_id))
    return None if found is None else found.thread


def _taking(note: dict[str, Any], cast: dict[str, Person]) -> Taking:
    if "came_by" not in note:
        return Taking()
    return Taking(CameBy(note["came_by"]), cast[note["taken_by"]].id, note.get("caller", ""))


def _when(note: dict[str, Any], now: dt.datetime) -> dt.datetime:
    """The instant of a note; one of today that still lies ahead is an hour old instead."""
    hour, minute = map(int, note["at"].split(":"))
    day = local_date(now) - dt.timedelta(days=note["days"])
    at = dt.datetime.combine(day, dt.time(hour, minute), TOKYO).astimezone(dt.UTC)
    return min(at, now - dt.timedelta(minutes=20 + hour))


def _town(session: Session, name: str) -> Area:
    return session.scalars(
        sa.select(Area).where(Area.kind == AreaKind.TOWN, Area.name == name)
    ).one()


def _step(
    session: Session,
    thread: Thread,
    cast: dict[str, Person],
    verb: str,
    rest: str,
    at: dt.datetime,
) -> None:
    if verb == "answer":
        hearing.answer(thread, rest, at)
        return
    handoff = thread.handoff
    by = _reader(session, handoff)
    handoff.open(by, at)
    if verb == "give":
        handoff.assign(by, cast[rest], at, handoff.claimed_by_id)
        return
    _STEPS[verb](handoff, by, rest, at)


def _acknowledge(handoff: Handoff, by: Person, rest: str, at: dt.datetime) -> None:
    template, days = rest.split()
    until = local_date(at) + dt.timedelta(days=int(days))
    handoff.acknowledge(by, Said(template, date=until.isoformat()), at, until)


def _pass_to_backup(handoff: Handoff, by: Person, rest: str, at: dt.datetime) -> None:
    assert handoff.desk.backup is not None
    handoff.pass_on(by, handoff.desk.backup, rest, at)


_STEPS: dict[str, Callable[[Handoff, Person, str, dt.datetime], object]] = {
    "ack": _acknowledge,
    "ask": lambda h, by, rest, at: h.ask(by, Said(words=rest), at),
    "put_down": lambda h, by, _rest, at: h.put_down(by, at),
    "inside": lambda h, by, rest, at: h.note_inside(by, rest, at),
    "visit": lambda h, by, rest, at: h.act(Verb.VISIT, by, Said("visited"), at, inside=rest),
    "connect": lambda h, by, rest, at: h.act(Verb.CONNECT, by, Said("connected"), at, inside=rest),
    "watch": lambda h, by, _rest, at: h.act(Verb.KEEP_WATCHING, by, Said("watch"), at),
    "pass": _pass_to_backup,
    "return": lambda h, by, rest, at: h.return_back(by, rest, at),
    "close": lambda h, by, rest, at: h.close(by, Outcome(rest), Said("closed"), at),
}


def _reader(session: Session, handoff: Handoff) -> Person:
    members = session.scalars(active_members(handoff.desk_id, sealed=handoff.is_sealed)).all()
    return members[handoff.thread_id.int % len(members)].person
