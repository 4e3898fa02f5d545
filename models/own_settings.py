"""What a person sets for themselves; the audit line says that it changed, never to what."""

from __future__ import annotations

import datetime as dt

from sqlalchemy.orm import Session

from models import audit
from models.person import Person


def rename(session: Session, person: Person, name: str, now: dt.datetime) -> None:
    """Call a person by another name from now on; who left has none."""
    if person.identity is not None and person.identity.name != name:
        person.identity.name = name
        written_down(session, person, now)


def speak(session: Session, person: Person, language: str, now: dt.datetime) -> None:
    """Pages, replies and notifications come in this language from now on."""
    if person.language != language:
        person.language = language
        written_down(session, person, now)


def written_down(session: Session, person: Person, now: dt.datetime) -> None:
    """Remember that a person changed something of their own."""
    audit.record(session, "change", person, now=now, by=person.id)
