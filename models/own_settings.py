"""What a person sets for themselves; the audit line says that it changed, never to what."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from models import asked_for, audit, settling_in
from models.membership import Membership
from models.person import Person, TellOf


def rename(
    session: Session,
    person: Person,
    name: str,
    now: dt.datetime,
    found: Collection[uuid.UUID] = (),
) -> None:
    """Call a person by another name from now on; who left has none.

    `found`: by `settling_in.look`, just before. Of whoever may read, the former name is remembered:
    a reporter who asks that they do not knows them by it.
    """
    identity = person.identity
    if identity is None or identity.name == name:
        return
    if person.role in asked_for.MAY_READ:
        identity.remember(identity.name)
    identity.name = name
    settling_in.be_called(session, person, now, found)
    written_down(session, person, now)


def speak(session: Session, person: Person, language: str, now: dt.datetime) -> None:
    """Pages, replies and notifications come in this language from now on."""
    if person.language != language:
        person.language = language
        written_down(session, person, now)


def be_told(
    session: Session,
    person: Person,
    of: TellOf,
    duties: Mapping[Membership, bool],
    now: dt.datetime,
) -> None:
    """From now on hear as often as chosen, and stand on these duty lists or not.

    What is kept back already comes when it would have.
    """
    if (person.tell_of or TellOf.EVERY) is not of:
        person.tell_of = of
        written_down(session, person, now)
    for place, on_duty in duties.items():
        if place.on_duty is not on_duty:
            place.on_duty = on_duty
            audit.record(session, "change", place, now=now, by=person.id, desk_id=place.desk_id)


def written_down(session: Session, person: Person, now: dt.datetime) -> None:
    """Remember that a person changed something of their own."""
    audit.record(session, "change", person, now=now, by=person.id)
