"""Conflict of interest: a deny over every grant, and who reads where all of a desk have one.

Every rule about handoffs ends here. Who has no conflict at all pays nothing for it in a list.
"""

from __future__ import annotations

import uuid
from collections.abc import Callable, Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import conflict
from models.handoff import Handoff
from models.household.entity import Gathering
from models.membership import no_member_left, reader_ids
from models.policy.actor import Actor
from models.policy.conditions import NEVER, Condition, at_one_of


def is_denied(actor: Actor, handoff: Handoff) -> bool:
    """Whether the actor is in conflict about a handoff, this moment."""
    return conflict.is_denied(handoff.session, handoff.thread_id, actor.person_id)


def not_denied(actor: Actor) -> Condition:
    """That they are not, as a condition."""
    if actor.person_id is None:
        return NEVER
    if not actor.has_conflicts:
        return sa.true()
    return conflict.is_free(Handoff.thread_id, actor.person_id)


def without_denied(
    session: Session, actor: Actor, threads: Collection[uuid.UUID]
) -> frozenset[uuid.UUID]:
    """Those of some threads about which the actor is in no conflict, this moment."""
    if actor.person_id is None:
        return frozenset()
    denied = conflict.denied_threads(actor.person_id)
    return frozenset(threads) - set(session.scalars(denied))


def stands_in(actor: Actor, handoff: Handoff) -> bool:
    """Whether the actor is a deputy and no member of the desk may read this."""
    if handoff.desk_id not in actor.deputy_ids:
        return False
    if handoff.is_sealed and not actor.is_sealed_deputy:
        return False
    here = reader_ids(
        handoff.session, handoff.desk_id, sealed=handoff.is_sealed, about=handoff.thread_id
    )
    return actor.person_id in here


def stand_in_reach(actor: Actor) -> Condition:
    """The same as a condition."""
    alone = no_member_left(Handoff.desk_id, Handoff.thread_id, Handoff.is_sealed)
    found = sa.and_(at_one_of(Handoff.desk_id, actor.deputy_ids), alone)
    return found if actor.is_sealed_deputy else sa.and_(found, Handoff.is_sealed.is_(False))


_Rule = Callable[[Actor, Gathering], bool]
_Reach = Callable[[Actor], Condition]


def final(rule: _Rule, reach: _Reach) -> tuple[_Rule, _Reach]:
    """What gathers two notes is denied to whoever is denied one of them: the other would tell."""

    def allows(actor: Actor, row: Gathering) -> bool:
        both = (row.one_id, row.other_id)
        if any(conflict.is_denied(row.session, each, actor.person_id) for each in both):
            return False
        return rule(actor, row)

    def reaches(actor: Actor) -> Condition:
        if actor.person_id is None:
            return NEVER
        if not actor.has_conflicts:
            return reach(actor)
        denied = conflict.denied_threads(actor.person_id)
        free = (Gathering.one_id.not_in(denied), Gathering.other_id.not_in(denied))
        return sa.and_(reach(actor), *free)

    return allows, reaches
