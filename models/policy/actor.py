"""Who asks: what the rules may know of a person, fresh for each request."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from models import held_history
from models.base import keys_of
from models.desk import DeskKind
from models.membership import present_places
from models.person import Person, Role


@dataclass(frozen=True)
class Actor:
    """Somebody at a door. No role comes from a cookie: rights change with the next request."""

    person_id: uuid.UUID | None = None
    role: Role | None = None
    desk_ids: frozenset[uuid.UUID] = field(default_factory=frozenset)
    official_ids: frozenset[uuid.UUID] = field(default_factory=frozenset)
    """Those of them that are not staffed by volunteers, who are neighbours."""
    core_id: uuid.UUID | None = None
    """The core, where the person is confirmed staff of it."""
    in_sealed_team: bool = False
    token: bytes | None = None
    """Finds the person's own threads."""
    closed_before: dt.datetime | None = None
    """Own threads from before it are closed for now."""
    is_unlocked: bool = False
    """Whether reading is open where they are: a phone locks it, and writing never."""

    @staticmethod
    def nobody() -> Actor:
        """Somebody who is not signed in."""
        return Actor()

    @staticmethod
    def of(
        session: Session,
        person: Person,
        now: dt.datetime | None = None,
        *,
        is_unlocked: bool = False,
    ) -> Actor:
        """The actor a person is now; somebody suspended or gone is nobody."""
        if not person.is_active:
            return Actor.nobody()
        places = present_places(session, person.id)
        core = next((one for one in places if one.kind is DeskKind.CORE), None)
        return Actor(
            person_id=person.id,
            role=person.role,
            desk_ids=frozenset(one.desk_id for one in places),
            official_ids=frozenset(one.desk_id for one in places if not one.is_volunteer),
            core_id=None if core is None else core.desk_id,
            in_sealed_team=core is not None and core.in_sealed_team,
            token=keys_of(session).reporter_token(person.id),
            closed_before=held_history.closed_before(person, now),
            is_unlocked=is_unlocked,
        )

    @property
    def is_signed_in(self) -> bool:
        """Whether this is an account at all."""
        return self.person_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether the person is confirmed staff of some desk."""
        return bool(self.desk_ids)
