"""Handing the form's note to the one door all notes pass, with the code that opens its replies."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from blueprints import access
from blueprints.access import Permission
from blueprints.arrivals import Arrived, Refused, take_plain
from blueprints.limits import is_beyond_notes
from blueprints.note.form import NoteForm, PageProblem
from blueprints.note.taking_form import TakingForm
from blueprints.note.where import Where
from models import hearing, receipt_code
from models.area import Area
from models.arrival import Outcome
from models.draft import Problem, read_draft
from models.observation import Observation, content_code
from models.receipt import Receipt
from models.sender import Sender
from models.taking import Taking
from models.thread import Thread


@dataclass(frozen=True)
class Sent:
    """A note that was taken. `thread_id` where its sender can read it by their sign-in."""

    form: NoteForm
    area: Area | None
    acceptance: dict[str, Any]
    thread_id: uuid.UUID | None
    receipt: str
    """The code for somebody without an account; "" where there is none to show."""

    def told(self) -> dict[str, Any]:
        """What its page says once, without a word of the note."""
        return {
            "accepted": self.acceptance,
            "area_id": None if self.area is None else self.area.id,
            "signs": self.form.signs,
            "urgency": self.form.value("urgency"),
            "has_called": self.form.value("called_first") in hearing.CALL_SETTLED,
            "code": self.receipt,
        }


def send(form: NoteForm, place: Where) -> Sent | list[Problem]:
    """Take the note, or give what is missing; raises NotSent, NotStarted and Busy."""
    person = access.me()
    by = None if person is None else person.id
    raw = form.raw(None if place.area is None else place.area.id)
    problems = _problems(form, place, raw, by)
    if problems:
        return problems
    return _sent(form, place, raw, Sender(by), by, None if by else _code(form), Taking())


def take_down(form: TakingForm, place: Where, by: uuid.UUID) -> Sent | list[Problem]:
    """The same for somebody else: `by` wrote it down, and counts as its sender for the limits."""
    raw = form.raw(None if place.area is None else place.area.id)
    came_by = form.came_by
    of_note = _problems(form, place, raw, None)
    own = form.own_problems(access.now())
    problems = own + [one for one in of_note if one.field != "noted_at"]
    if problems or came_by is None:
        return problems
    taking = Taking(came_by, by, form.caller)
    return _sent(form, place, raw, Sender(None), by, form.value("code"), taking)


def _sent(
    form: NoteForm,
    place: Where,
    raw: dict[str, object],
    by: Sender,
    counted: uuid.UUID | None,
    code: str | None,
    taking: Taking,
) -> Sent | list[Problem]:
    if access.is_only_shown():
        raise access.NotSent
    is_marked = is_beyond_notes(counted)
    try:
        arrived = take_plain(raw, by=by, is_marked=is_marked, receipt=code, taking=taking)
    except Refused as refused:
        return refused.problems
    shown = code if code is not None and _opens(code, arrived) else ""
    own = None if code is not None else _own_thread(arrived.acceptance)
    return Sent(form, place.area, arrived.acceptance, own, shown)


def _problems(
    form: NoteForm, place: Where, raw: dict[str, object], by: uuid.UUID | None
) -> list[Problem]:
    _, found = read_draft(raw, now=access.now())
    rest = [one for one in found if one.field not in ("area", "place") or not place.problems]
    wants_call = form.value("contact") == "telephone" and not form.value("telephone").strip()
    if by is None and wants_call:
        rest.append(PageProblem("telephone", "need_telephone"))
    return place.problems + rest


def _code(form: NoteForm) -> str:
    """The code that the page made; without its script one that is the same at every repeat."""
    code = receipt_code.parse(form.value("receipt"))
    if code is not None:
        return code
    if not form.value("id"):
        return receipt_code.generate()
    secret = access.kizuki().keys.index("receipt", form.value("id"))
    first = f"{int.from_bytes(secret) % 10**16:016d}"
    return first + receipt_code.check_digits(first)


def _opens(code: str, arrived: Arrived) -> bool:
    """Whether the code opens the note; one that came before has the code it came with."""
    if not arrived.acceptance["receipt"] or arrived.outcome is Outcome.CREATED:
        return bool(arrived.acceptance["receipt"])
    opened = Receipt.open(access.reading(), access.kizuki().keys.slow_index(code))
    note = _thread_ids(sa.select(Thread), arrived.acceptance)
    return opened is not None and opened.id == access.reading().scalar(note)


def _own_thread(acceptance: dict[str, Any]) -> uuid.UUID | None:
    """The thread of the note just taken, where it is the signed-in person's own."""
    mine = access.listing(Thread, Permission.THREAD_READ)
    return access.reading().scalar(_thread_ids(mine, acceptance))


def _thread_ids(threads: sa.Select[Thread], acceptance: dict[str, Any]) -> sa.Select[uuid.UUID]:
    """The one of some threads that holds the note of an acceptance."""
    note_id = uuid.UUID(acceptance["id"])
    return (
        threads.with_only_columns(Thread.id)
        .join(Observation, Observation.thread_id == Thread.id)
        .where(
            sa.or_(Observation.client_id == note_id, Observation.conflicts_with == note_id),
            Observation.content_code == content_code(access.reading(), acceptance["hash"]),
        )
    )
