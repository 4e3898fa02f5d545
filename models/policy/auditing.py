"""Who reads the audit, and who is asked about what it shows."""

from __future__ import annotations

import sqlalchemy as sa

from models.audit import AuditLine
from models.audit_alarm import AuditAlarm
from models.person import Role
from models.policy.actor import Actor
from models.policy.conditions import NEVER, Condition


def audits(actor: Actor) -> bool:
    """Whether the actor is an auditor."""
    return actor.role is Role.AUDITOR


def _reads_line(actor: Actor, _line: AuditLine) -> bool:
    return audits(actor)


def _line_reach(actor: Actor) -> Condition:
    return sa.true() if audits(actor) else NEVER


def _asks(actor: Actor, alarm: AuditAlarm) -> bool:
    if alarm.actor_id == actor.person_id:
        return False
    if audits(actor):
        return True
    return actor.core_id is not None and (actor.in_sealed_team or not alarm.is_sealed)


def _ask_reach(actor: Actor) -> Condition:
    others = AuditAlarm.actor_id.is_distinct_from(actor.person_id)
    if audits(actor) or (actor.core_id is not None and actor.in_sealed_team):
        return others
    if actor.core_id is None:
        return NEVER
    return sa.and_(others, AuditAlarm.is_sealed.is_(False))


LINES = (_reads_line, _line_reach)
ALARMS = (_asks, _ask_reach)
"""One row, and the same rule as a condition."""
