"""What staff may do and see of their own place and desk; a part of the rules."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from models.base import Base
from models.membership import Membership
from models.mirror import MirrorMonth
from models.policy.actor import Actor
from models.policy.conditions import Condition
from models.policy.permissions import Permission


def _chooses_duty(actor: Actor, membership: Membership) -> bool:
    return membership.person_id == actor.person_id and membership.desk_id in actor.desk_ids


def _duty_reach(actor: Actor) -> Condition:
    own = Membership.person_id == actor.person_id
    return sa.and_(own, Membership.desk_id.in_(actor.desk_ids))


def _looks_back(actor: Actor, month: MirrorMonth) -> bool:
    if month.is_sealed:
        return actor.reads_sealed_at(month.desk_id)
    return month.desk_id in actor.desk_ids


def _mirror_reach(actor: Actor) -> Condition:
    plain = sa.and_(MirrorMonth.is_sealed.is_(False), MirrorMonth.desk_id.in_(actor.desk_ids))
    if not actor.in_sealed_team:
        return plain
    sealed = sa.and_(MirrorMonth.is_sealed.is_(True), MirrorMonth.desk_id == actor.core_id)
    return sa.or_(plain, sealed)


OWN_ROWS: dict[tuple[Permission, type[Base]], tuple[object, object]] = {
    (Permission.NOTICE_CHOOSE, Membership): (_chooses_duty, _duty_reach),
    (Permission.MIRROR_READ, MirrorMonth): (_looks_back, _mirror_reach),
}
OWN_ENTRY: dict[Permission, Callable[[Actor], bool]] = {
    Permission.NOTICE_CHOOSE: lambda actor: actor.is_staff,
    Permission.MIRROR_READ: lambda actor: actor.is_staff,
}
