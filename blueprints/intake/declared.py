"""Which colleagues do not see a note because they said that it is about somebody near."""

from __future__ import annotations

import uuid
from dataclasses import dataclass

from blueprints.filters import person
from models import declaring
from models.handoff import Handoff


@dataclass(frozen=True)
class Declared:
    """A colleague who said so."""

    person_id: uuid.UUID
    name: str
    relation: str


def declared_about(handoff: Handoff) -> list[Declared]:
    """Who of the colleagues does not see it because they said so."""
    found = declaring.declared(handoff)
    return [Declared(who.id, person(who.name), row.relation or "") for row, who in found]
