"""A note at the door, before it is taken."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from models import conflict, hearing
from models.draft import Draft
from models.handoff import HeldReason
from models.person import Person
from models.taking import Taking
from models.thread import Thread


@dataclass(frozen=True)
class Arrival:
    """A note at the door, with everything slow (hashing) already done."""

    note_id: uuid.UUID
    content_hash: str
    draft: Draft
    area_id: int | None = None
    by: Person | None = None
    receipt_hash: bytes | None = None
    held: HeldReason | None = None
    is_marked: bool = False
    """Beyond the door's limit: taken all the same, sorted last in its urgency."""
    raw: bytes | None = None
    """The envelope as it came, where nobody can read it yet."""
    follows: Mapping[str, str] = field(default_factory=dict)
    """What it is where it is no note itself, and which note it follows."""
    seals: bool = False
    """Whether what it follows is sealed, or might be."""
    denied: frozenset[uuid.UUID] = frozenset()
    """Who may not see what it follows."""
    taking: Taking = field(default_factory=Taking)

    def beside(self, thread: Thread) -> Arrival:
        """The same as other words of a worry that is there: nobody reads them who may not see it,
        and a seal holds for both."""
        # Who seals it, or denies it to somebody, holds its row: either is known, or comes later.
        hearing.owing(thread)
        thread.session.refresh(thread, ["is_sealed"])
        denied = self.denied | conflict.denied(thread.session, thread.id)
        return replace(self, seals=self.seals or thread.is_sealed, denied=denied)
