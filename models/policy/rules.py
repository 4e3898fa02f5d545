"""One policy: who may do what to which row. Deny by default; an error denies.

`allow` decides one row, `reach` is the same rule as a query filter; a property test holds
them equal on random towns.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import lru_cache

import sqlalchemy as sa

from models.area import Area
from models.audit import AuditLine
from models.audit_alarm import AuditAlarm
from models.base import Base
from models.desk import Desk
from models.desk_template import DeskTemplate
from models.handoff import Handoff, Outcome, State
from models.household.entity import Gathering
from models.invitation import Invitation
from models.membership import Membership
from models.own_clue import ASKED_ROLES
from models.person import Person, Role
from models.phone import Phone
from models.policy import auditing, conflict, own_desk, phones, recovery, reveal
from models.policy.absence import mark_reach, marks
from models.policy.actor import Actor
from models.policy.answered import seen
from models.policy.conditions import NEVER, Condition, at_one_of
from models.policy.gathering import gather_reach, gathers
from models.policy.own import OWN_ENTRY, OWN_ROWS
from models.policy.permissions import Permission
from models.policy.proven import PROOF_ENTRY
from models.policy.reading_lock import reads, unlocked
from models.policy.sealing import lift_reach, lifts, seal_reach, seals
from models.reporter import Reporter
from models.thread import Thread
from models.town import CallNumber, Town

log = logging.getLogger("kizuki.policy")


def _own_thread(actor: Actor, thread: Thread) -> bool:
    token = thread.reporter.token
    if actor.token is None or token is None or token != actor.token:
        return False
    return actor.closed_before is None or thread.made_at >= actor.closed_before


def _own_threads(actor: Actor) -> Condition:
    if actor.token is None:
        return NEVER
    own = Thread.id.in_(sa.select(Reporter.thread_id).where(Reporter.token == actor.token))
    if actor.closed_before is None:
        return own
    return sa.and_(own, Thread.made_at >= actor.closed_before)


def _desk_reads(actor: Actor, handoff: Handoff) -> bool:
    if handoff.outcome is Outcome.TAKEN_BACK:
        return False
    if handoff.is_sealed:
        is_theirs = actor.in_sealed_team and handoff.desk_id == actor.core_id
    else:
        is_theirs = handoff.desk_id in actor.desk_ids
    is_theirs = is_theirs or conflict.stands_in(actor, handoff)
    return is_theirs and not conflict.is_denied(actor, handoff)


def _desk_reach(actor: Actor) -> Condition:
    if not actor.is_staff:
        return NEVER
    stands = sa.or_(Handoff.outcome.is_(None), Handoff.outcome != Outcome.TAKEN_BACK)
    theirs = []
    if actor.desk_ids:
        here = at_one_of(Handoff.desk_id, actor.desk_ids)
        theirs.append(sa.and_(Handoff.is_sealed.is_(False), here))
    if actor.in_sealed_team:
        theirs.append(sa.and_(Handoff.is_sealed.is_(True), Handoff.desk_id == actor.core_id))
    if actor.deputy_ids:
        theirs.append(conflict.stand_in_reach(actor))
    return sa.and_(sa.or_(*theirs), stands, conflict.not_denied(actor))


def _desk_answers(actor: Actor, handoff: Handoff) -> bool:
    # Held notes are only placed. What was closed or passed on is met by the state table, so
    # that a second hand is told who was first instead of "not found".
    return _desk_reads(actor, handoff) and handoff.state is not State.HELD


def _desk_answer_reach(actor: Actor) -> Condition:
    return sa.and_(_desk_reach(actor), Handoff.state != State.HELD)


def _places(actor: Actor, handoff: Handoff) -> bool:
    return (
        _desk_reads(actor, handoff)
        and handoff.desk_id in (actor.core_id, *actor.deputy_ids)
        and handoff.state is State.HELD
    )


def _place_reach(actor: Actor) -> Condition:
    desks = actor.deputy_ids | ({actor.core_id} if actor.core_id else set())
    if not desks:
        return NEVER
    at_core = at_one_of(Handoff.desk_id, desks)
    return sa.and_(_desk_reach(actor), at_core, Handoff.state == State.HELD)


def _confirms(actor: Actor, membership: Membership) -> bool:
    if membership.person_id == actor.person_id:
        return False
    if membership.in_sealed_team:
        return actor.in_sealed_team
    return actor.core_id is not None or membership.desk_id in actor.desk_ids


def _confirm_reach(actor: Actor) -> Condition:
    if not actor.desk_ids:
        return NEVER
    conditions = [Membership.person_id != actor.person_id]
    if not actor.in_sealed_team:
        conditions.append(Membership.in_sealed_team.is_(False))
    if actor.core_id is None:
        conditions.append(Membership.desk_id.in_(actor.desk_ids))
    return sa.and_(*conditions)


# The office has no content among its rows, so that entering it is the whole rule.
_OFFICE_ROWS = (Area, CallNumber, Desk, Invitation, Membership, Person, Town)
_ADMINISTERS = frozenset({Role.ADMINISTRATOR})


def _administers(actor: Actor, _row: Base) -> bool:
    return actor.role in _ADMINISTERS


def _administered(actor: Actor) -> Condition:
    return sa.true() if actor.role in _ADMINISTERS else NEVER


ROWS: dict[tuple[Permission, type[Base]], tuple[object, object]] = {
    (Permission.THREAD_READ, Thread): (_own_thread, _own_threads),
    (Permission.THREAD_WRITE, Thread): (_own_thread, _own_threads),
    (Permission.HANDOFF_READ, Handoff): (_desk_reads, _desk_reach),
    (Permission.HANDOFF_ANSWER, Handoff): (_desk_answers, _desk_answer_reach),
    (Permission.HOUSEHOLD_GATHER, Gathering): conflict.final(
        gathers(_desk_reads), gather_reach(_desk_reach)
    ),
    (Permission.HANDOFF_SEAL, Handoff): (seals(_desk_reads), seal_reach(_desk_reach)),
    (Permission.SEAL_LIFT, Handoff): (lifts(_desk_reads), lift_reach(_desk_reach)),
    (Permission.HELD_PLACE, Handoff): (_places, _place_reach),
    (Permission.TEMPLATE_EDIT, DeskTemplate): own_desk.TEMPLATES,
    (Permission.MEMBER_CONFIRM, Membership): (_confirms, _confirm_reach),
    (Permission.MEMBER_CONFIRM, Invitation): recovery.AGREED,
    (Permission.ABSENCE_MARK, Membership): (marks, mark_reach),
    (Permission.PHONE_CALL, Phone): phones.CALLED,
    (Permission.PHONE_END, Person): phones.ENDED,
    (Permission.AUDIT_READ, AuditLine): auditing.LINES,
    (Permission.ALARM_READ, AuditAlarm): auditing.ALARMS,
    **reveal.rows(_desk_reads, _desk_reach),
    **OWN_ROWS,
    **{(Permission.OFFICE, kind): (_administers, _administered) for kind in _OFFICE_ROWS},
}


def _is_phone(actor: Actor) -> bool:
    return actor.role is not None and actor.role.is_phone


ENTRY: dict[Permission, Callable[[Actor], bool]] = {
    Permission.ANYONE: lambda _actor: True,
    Permission.NOTE_WRITE: lambda _actor: True,
    Permission.NOTE_TAKE: lambda actor: actor.is_staff,
    Permission.RECEIPT_READ: lambda _actor: True,
    Permission.SIGNED_IN: lambda actor: actor.is_signed_in,
    Permission.ADDRESS_GIVE: lambda actor: actor.role in ASKED_ROLES and actor.is_unlocked,
    Permission.READING_LOCK: _is_phone,
    Permission.SETTINGS: reads,
    Permission.THREAD_READ: reads,
    Permission.THREAD_WRITE: lambda actor: actor.is_signed_in,
    Permission.QUEUE_READ: lambda actor: actor.is_staff,
    Permission.HANDOFF_READ: lambda actor: actor.is_staff,
    Permission.HANDOFF_ANSWER: lambda actor: actor.is_staff,
    Permission.HOUSEHOLD_GATHER: lambda actor: actor.is_staff,
    Permission.HANDOFF_SEAL: lambda actor: actor.is_staff,
    Permission.SEAL_LIFT: lambda actor: actor.in_sealed_team,
    Permission.HELD_PLACE: lambda actor: actor.core_id is not None or bool(actor.deputy_ids),
    Permission.TEMPLATE_EDIT: lambda actor: actor.is_staff,
    Permission.MEMBER_CONFIRM: lambda actor: actor.is_staff,
    Permission.ABSENCE_MARK: lambda actor: actor.is_staff,
    Permission.PHONE_CALL: lambda actor: actor.is_staff,
    Permission.PHONE_END: lambda actor: bool(actor.official_ids),
    Permission.OFFICE: lambda actor: actor.role in _ADMINISTERS,
    Permission.AUDIT_READ: auditing.audits,
    Permission.ALARM_READ: lambda actor: auditing.audits(actor) or actor.core_id is not None,
    **reveal.ENTRY,
    **OWN_ENTRY,
    **PROOF_ENTRY,
}


def may_enter(actor: Actor, permission: Permission) -> bool:
    """Whether the actor may use views of this permission at all."""
    return _safely(lambda: ENTRY[permission](seen(actor, permission)), permission)


def is_locked(actor: Actor, permission: Permission) -> bool:
    """Whether the reading lock alone keeps the actor out."""
    return not may_enter(actor, permission) and may_enter(unlocked(actor), permission)


def allow(actor: Actor, permission: Permission, row: Base) -> bool:
    """Whether the actor may do this to this row; unknown pairs and errors deny."""
    rule = ROWS.get((permission, type(row)))
    if rule is None or not may_enter(actor, permission):
        return False
    return _safely(lambda: rule[0](actor, row), permission)  # type: ignore[operator]


def reach(actor: Actor, permission: Permission, kind: type[Base]) -> Condition:
    """The rows of `kind` for which `allow` holds, as a condition; errors reach nothing."""
    rule = ROWS.get((permission, kind))
    if rule is None or not may_enter(actor, permission):
        return NEVER
    try:
        return _condition(rule[1], actor)
    except Exception:
        log.exception("policy error; denied: %s", permission)
        return NEVER


# A rule is a function of the actor alone; the same actor asks several times on every page.
@lru_cache(maxsize=256)
def _condition(rule: object, actor: Actor) -> Condition:
    condition: Condition = rule(actor)  # type: ignore[operator]
    return condition


def _safely(ask: Callable[[], bool], permission: Permission) -> bool:
    try:
        return ask() is True
    except Exception:
        log.exception("policy error; denied: %s", permission)
        return False
