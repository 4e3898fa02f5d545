"""What happened to a thread, line by line, as the audit has it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from markupsafe import Markup
from sqlalchemy.orm import joinedload

from blueprints import access
from blueprints.language import current_locale, show, words
from models import audit, owners, passing, spoken
from models.audit import AuditLine
from models.handoff import Handoff
from models.hidden_line import is_shown
from models.person import Person


@dataclass(frozen=True)
class Happened:
    """One line: when, and who did what."""

    act: str
    at: dt.datetime | dt.date
    words: Markup


def history_of(handoff: Handoff) -> list[Happened]:
    """Everything done to the thread, at this desk and before it came here, then by the day."""
    earlier = [one for one in handoff.thread.handoffs if one.step <= handoff.step]
    session = access.reading()
    lines = session.scalars(audit.lines_about(earlier).where(is_shown())).all()
    names = _names(lines)
    desks = owners.names_of(session, lines)
    return [
        Happened(line.act, passing.told_at(handoff, line.at), _said(line, names, desks))
        for line in lines
    ]


def _said(line: AuditLine, names: dict[uuid.UUID, str], desks: dict[str, str]) -> Markup:
    key = f"desk.did.{line.act}"
    who = names.get(line.actor_id, "") if line.actor_id else ""
    if not words().has(current_locale(), key):
        key = "desk.did.other"
    named = spoken.say_person(words(), current_locale(), who) if who else show("desk.did.nobody")
    to = names.get(line.to_id, "") if line.to_id else ""
    given = spoken.say_person(words(), current_locale(), to) if to else show("desk.did.nobody")
    return show(key, who=named, desk=desks.get(line.chain, ""), to=given)


def _names(lines: Sequence[AuditLine]) -> dict[uuid.UUID, str]:
    ids = {one for line in lines for one in (line.actor_id, line.to_id) if one}
    people = sa.select(Person).where(Person.id.in_(ids)).options(joinedload(Person.identity))
    return {person.id: person.name for person in access.reading().scalars(people)}
