"""Who asks: what the rules may know of a person, fresh for each request."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import held_history
from models.base import keys_of
from models.desk import DeskKind
from models.membership import present_places
from models.own_clue import FIRST_DAY
from models.person import Person, Role
from models.reveal.entity import RevealKind
from models.reveal.opening import open_to


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
    has_conflicts: bool = False
    """Whether there is any thread that the person may not see; which ones, is asked each time."""
    deputy_ids: frozenset[uuid.UUID] = field(default_factory=frozenset)
    """The desks for which the person stands in where all members are in conflict."""
    is_sealed_deputy: bool = False
    """Whether that holds for the core's sealed team, too."""
    revealed: frozenset[uuid.UUID] = field(default_factory=frozenset)
    """The threads that they opened for a reason, and that are open to them still."""
    found: frozenset[uuid.UUID] = field(default_factory=frozenset)
    """Those of them that were found by a name or a place, wherever they are read else."""
    owes_answer: bool = False
    """Whether they have to say first where they live: staff, once their first day is over."""
    token: bytes | None = None
    """Finds the person's own threads."""
    closed_before: dt.datetime | None = None
    """Own threads from before it are closed for now."""
    proved_at: dt.datetime | None = field(default=None, compare=False)
    """When the person last proved who they are, in this session."""
    waits_as: uuid.UUID | None = None
    """Who owes a second proof: for all else this is nobody."""
    may_add_first: bool = False
    """Whether they may make that proof here and now."""
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
        present = present_places(session, person.id)
        places = [one for one in present if not one.is_deputy]
        deputies = [one for one in present if one.is_deputy]
        opened = _opened(session, person, present, now)
        core = next((one for one in places if one.kind is DeskKind.CORE), None)
        return Actor(
            person_id=person.id,
            role=person.role,
            desk_ids=frozenset(one.desk_id for one in places),
            official_ids=frozenset(one.desk_id for one in places if not one.is_volunteer),
            core_id=None if core is None else core.desk_id,
            in_sealed_team=core is not None and core.in_sealed_team,
            has_conflicts=any(one.has_conflicts for one in present),
            deputy_ids=frozenset(one.desk_id for one in deputies),
            is_sealed_deputy=any(one.in_sealed_team for one in deputies),
            revealed=frozenset(one for one, _ in opened),
            found=frozenset(one for one, kind in opened if kind is RevealKind.THREADS),
            owes_answer=_owes_answer(person, present, now),
            token=keys_of(session).reporter_token(person.id),
            closed_before=held_history.closed_before(person, now),
            is_unlocked=is_unlocked,
        )

    def reads_sealed_at(self, desk_id: uuid.UUID | None) -> bool:
        """Whether what is sealed at this desk is theirs to read: at the core, in the team."""
        return self.in_sealed_team and desk_id == self.core_id

    @property
    def is_signed_in(self) -> bool:
        """Whether this is an account at all."""
        return self.person_id is not None

    @property
    def is_staff(self) -> bool:
        """Whether the person is confirmed staff of some desk, or its deputy."""
        return bool(self.desk_ids or self.deputy_ids)


def _opened(
    session: Session, person: Person, places: Sequence[sa.Row[Any]], now: dt.datetime | None
) -> frozenset[tuple[uuid.UUID, RevealKind]]:
    """Asked of whoever ever opened something alone: the others pay nothing for it."""
    if now is None or not any(one.has_reveals for one in places):
        return frozenset()
    return open_to(session, person.id, {one.desk_id for one in places}, now)


def _owes_answer(person: Person, present: Sequence[sa.Row[Any]], now: dt.datetime | None) -> bool:
    is_new = now is not None and now < person.joined_at + FIRST_DAY
    return not is_new and any(not one.has_answered for one in present)
