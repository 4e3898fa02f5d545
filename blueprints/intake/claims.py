"""担当: who of a desk has a note, as its lists and the note's page say it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import joinedload

from blueprints import access
from blueprints.filters import person
from blueprints.language import plain
from models.desk import Desk
from models.handoff import Handoff, Verb
from models.listed import Listed
from models.membership import Membership, active_members, reader_ids
from models.person import Person
from models.town_time import local_date


@dataclass(frozen=True)
class Claim:
    """Whose it is."""

    name: str
    is_mine: bool


@dataclass(frozen=True)
class Whose:
    """Whose it is on the note's own page, and to whom it can be given."""

    person_id: uuid.UUID | None
    claim: Claim | None
    away_until: dt.date | None
    """How long who has it is absent."""
    colleagues: list[tuple[str, str]]


def claims_of(handoffs: Iterable[Handoff | Listed]) -> dict[uuid.UUID | None, Claim]:
    """By the id of who has some of them; their names are opened once."""
    ids = {one.claimed_by_id for one in handoffs} - {None}
    if not ids:
        return {}
    named = sa.select(Person).where(Person.id.in_(ids)).options(joinedload(Person.identity))
    me = access.actor().person_id
    return {one.id: Claim(one.name, one.id == me) for one in access.reading().scalars(named)}


def whose_of(handoff: Handoff) -> Whose | None:
    """None where nobody can have it: it ended, or waits for its desk."""
    if not handoff.can(Verb.CLAIM):
        return None
    me, had = access.actor().person_id, handoff.claimed_by_id
    members = members_of(handoff.desk, sealed=handoff.is_sealed)
    about, sealed = handoff.thread_id, handoff.is_sealed
    able = reader_ids(access.reading(), handoff.desk_id, sealed=sealed, about=about)
    here = next((one for one in members if one.person_id == had), None)
    today = local_date(access.now())
    return Whose(
        had,
        claims_of([handoff]).get(had),
        here.away_until if here is not None and here.is_away(today) else None,
        [(str(m.person_id), called(m)) for m in members if m.person_id in able - {me, had}],
    )


def members_of(desk: Desk, *, sealed: bool = False) -> list[Membership]:
    """Who stands at a desk, or in its sealed team, with their names; deputies last."""
    named = joinedload(Membership.person).joinedload(Person.identity)
    found = access.reading().scalars(active_members(desk.id, sealed=sealed).options(named))
    return sorted(found, key=lambda member: (member.is_deputy, member.made_at))


def member_name(desk: Desk, person_id: uuid.UUID) -> str:
    """The name of somebody who is or was at a desk, for a choice; empty for anybody else."""
    place = sa.select(Membership).where(
        Membership.desk_id == desk.id,
        Membership.person_id == person_id,
        Membership.confirmed_at.is_not(None),
    )
    found = access.reading().scalars(place).first()
    return "" if found is None else person(found.person.name) or plain("desk.did.nobody")


def called(member: Membership) -> str:
    """The member's name in a choice, which says who is absent."""
    name, today = person(member.person.name), local_date(access.now())
    return plain("desk.claim.away_choice", name=name) if member.is_away(today) else name
