"""Who telephones the owner of a silent phone, and who ends a lost one."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from models.area import near
from models.credential import Credential
from models.desk import DeskArea
from models.person import PHONE_ROLES, Person, PersonState
from models.phone import Phone
from models.policy.actor import Actor
from models.policy.conditions import NEVER, Condition, at_one_of


def _calls(actor: Actor, phone: Phone) -> bool:
    return phone.desk_id in actor.desk_ids and phone.device.person.is_active


def _call_reach(actor: Actor) -> Condition:
    if not actor.desk_ids:
        return NEVER
    active = (
        sa.select(Credential.id)
        .join(Person, Person.id == Credential.person_id)
        .where(Person.state == PersonState.ACTIVE)
    )
    return sa.and_(at_one_of(Phone.desk_id, actor.desk_ids), Phone.device_id.in_(active))


def _ends_phones(actor: Actor, person: Person) -> bool:
    if not person.role.is_phone or not person.is_active:
        return False
    area = sa.literal(person.area_id, sa.Integer())
    near = sa.select(sa.func.coalesce(_is_near(actor, area), sa.false()))
    return actor.core_id is not None or bool(person.session.scalar(near))


def _end_reach(actor: Actor) -> Condition:
    if not actor.official_ids:
        return NEVER
    has_phone = sa.and_(Person.role.in_(PHONE_ROLES), Person.state == PersonState.ACTIVE)
    if actor.core_id is not None:
        return has_phone
    return sa.and_(has_phone, _is_near(actor, Person.area_id))


def _is_near(actor: Actor, area_id: sa.SQLColumnExpression[Any]) -> Condition:
    """Whether an area is one of the actor's desks, lies in one, or shares a town with one."""
    own = sa.select(DeskArea.area_id).where(DeskArea.desk_id.in_(actor.official_ids))
    return area_id.in_(near(own))


CALLED = (_calls, _call_reach)
ENDED = (_ends_phones, _end_reach)
"""One row, and the same rule as a condition."""
