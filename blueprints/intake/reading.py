"""What a desk's form says, read into the values of the domain; raises Invalid."""

from __future__ import annotations

import datetime as dt
import uuid

from flask import abort, request
from sqlalchemy.orm import Session

from models import my_number, text
from models.contact import LOGGED, ContactKind
from models.desk import Desk
from models.errors import Invalid
from models.handoff import Outcome
from models.person import Person
from models.town_time import TOKYO

INSIDE_LIMIT = 2000
OUTCOMES = (Outcome.CONNECTED, Outcome.SETTLED, Outcome.OURS, Outcome.MOVED, Outcome.UNFOUNDED)
"""How a desk may close; taking back is the writer's."""


def words(name: str, limit: int = INSIDE_LIMIT, *, needed: bool = True) -> str:
    """Own words of a field; without control characters, and never with a My Number."""
    typed = text.clean(request.form.get(name, "")).strip()
    if text.is_blank(typed):
        if needed:
            raise Invalid("desk.problem.need_words", name)
        return ""
    if over := text.excess(typed, limit):
        raise Invalid("problem.too_long", name, n=over)
    if my_number.is_in(typed):
        raise Invalid("problem.my_number", name)
    return typed


def day(name: str = "next_on") -> dt.date | None:
    """The date of a field, None where it was left empty."""
    typed = request.form.get(name, "")
    try:
        return dt.date.fromisoformat(typed) if typed else None
    except ValueError:
        raise Invalid("desk.problem.next_on", name) from None


def moment(name: str) -> dt.datetime | None:
    """The time of a field on the town's clock, None where it was left empty."""
    typed = request.form.get(name, "")
    try:
        return dt.datetime.fromisoformat(typed).replace(tzinfo=TOKYO) if typed else None
    except ValueError:
        raise Invalid("desk.problem.contact_at", name) from None


def contact() -> ContactKind:
    """Which button of the contact log was tapped."""
    typed = request.form.get("contact", "")
    if typed not in LOGGED:
        raise Invalid("desk.problem.need_contact", "contact")
    return ContactKind(typed)


def desk(session: Session, name: str = "to_desk") -> Desk:
    """The desk chosen in a field."""
    try:
        found = session.get(Desk, uuid.UUID(request.form.get(name, "")))
    except ValueError:
        found = None
    if found is None:
        raise Invalid("desk.problem.need_desk", name)
    return found


def colleague(session: Session, name: str = "to_person") -> Person:
    """The person chosen in a field."""
    chosen = known(name)
    found = None if chosen is None else session.get(Person, chosen)
    if found is None:
        raise Invalid("desk.problem.need_colleague", name)
    return found


def known(name: str) -> uuid.UUID | None:
    """The id that stands in a field; None where none does."""
    try:
        return uuid.UUID(request.form.get(name, ""))
    except ValueError:
        return None


def outcome() -> Outcome:
    """How the handoff ended."""
    typed = request.form.get("outcome", "")
    if typed not in OUTCOMES:
        raise Invalid("desk.problem.need_outcome", "outcome")
    return Outcome(typed)


def ids(name: str, limit: int) -> list[uuid.UUID]:
    """The rows ticked in a list; what is no id of ours ends the request."""
    try:
        return [uuid.UUID(typed) for typed in request.form.getlist(name)[:limit]]
    except ValueError:
        abort(400)
