"""Who may ask to see who told, or what other desks have; who decides; what they then see.

Never what is sealed, and never against a conflict of interest: both end it at once.
"""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from models import conflict as conflicts
from models.base import Base
from models.handoff import Handoff
from models.policy.actor import Actor
from models.policy.auditing import audits
from models.policy.conditions import NEVER, Condition, at_one_of
from models.policy.permissions import Permission
from models.reveal.entity import Reveal, RevealDenied, RevealKind, RevealThread
from models.reveal.opening import TAKEN_BACK, is_taken_back
from models.thread import Thread

Reads = Callable[[Actor, Handoff], bool]
Reach = Callable[[Actor], Condition]


def _reads_here(reads: Reads) -> Reads:
    """Whether they read it at a desk that is no volunteers'."""
    return lambda actor, row: (
        row.desk_id in actor.official_ids | actor.deputy_ids and reads(actor, row)
    )


def _here_reach(reach: Reach) -> Reach:
    def rule(actor: Actor) -> Condition:
        desks = actor.official_ids | actor.deputy_ids
        return sa.and_(at_one_of(Handoff.desk_id, desks), reach(actor)) if desks else NEVER

    return rule


def _sees(reads: Reads) -> Callable[[Actor, Thread], bool]:
    """What they opened; who told, as long as they read the note or have it open otherwise."""

    def rule(actor: Actor, thread: Thread) -> bool:
        if thread.id not in actor.revealed or thread.is_sealed or is_taken_back(thread):
            return False
        if conflicts.is_denied(thread.session, thread.id, actor.person_id):
            return False
        return thread.id in actor.found or any(reads(actor, one) for one in thread.handoffs)

    return rule


def _seen(reach: Reach) -> Reach:
    def rule(actor: Actor) -> Condition:
        if not actor.revealed or actor.person_id is None:
            return NEVER
        free = conflicts.is_free(Thread.id, actor.person_id) if actor.has_conflicts else sa.true()
        read = sa.select(Handoff.thread_id).where(reach(actor))
        return sa.and_(
            Thread.id.in_(actor.revealed),
            Thread.is_sealed.is_(False),
            Thread.id.not_in(TAKEN_BACK),
            free,
            sa.or_(Thread.id.in_(actor.found), Thread.id.in_(read)),
        )

    return rule


def _asks(reads: Reads, sees: Callable[[Actor, Thread], bool]) -> Reads:
    """Who told: whoever reads it at a desk that is no volunteers', and whoever opened it."""
    return lambda actor, row: not row.is_sealed and (reads(actor, row) or sees(actor, row.thread))


def _ask_reach(reach: Reach, seen: Reach) -> Reach:
    def rule(actor: Actor) -> Condition:
        opened = Handoff.thread_id.in_(sa.select(Thread.id).where(seen(actor)))
        return sa.and_(Handoff.is_sealed.is_(False), sa.or_(reach(actor), opened))

    return rule


def _is_free(actor: Actor, row: Reveal) -> bool:
    """Whether none of it concerns the actor, nor what was looked for."""
    session, me = row.session, actor.person_id
    if any(one.person_id == me for one in row.denied):
        return False
    return not any(conflicts.is_denied(session, one.id, me) for one in row.threads)


def _is_gone(row: Reveal) -> bool:
    return row.kind is RevealKind.REPORTER and row.has_sealed


def _decides(reads: Reads) -> Callable[[Actor, Reveal], bool]:
    def rule(actor: Actor, row: Reveal) -> bool:
        if actor.person_id in (None, row.by_id) or _is_gone(row):
            return False
        if not _is_free(actor, row):
            return False
        if actor.core_id is not None:
            return True
        handoffs = [one for thread in row.threads for one in thread.handoffs]
        return row.kind is RevealKind.REPORTER and any(
            one.desk_id in actor.official_ids and reads(actor, one) for one in handoffs
        )

    return rule


_THREADS = sa.select(RevealThread.thread_id).where(RevealThread.reveal_id == Reveal.id)
_IS_REPORTER = Reveal.kind == RevealKind.REPORTER


def _of(which: Condition) -> Condition:
    """That one of a reveal's threads is such a one."""
    return (
        _THREADS.join(Thread, Thread.id == RevealThread.thread_id)
        .where(which)
        .correlate(Reveal)
        .exists()
    )


def _not_denied(actor: Actor) -> Condition:
    near = RevealDenied.reveal_id == Reveal.id, RevealDenied.person_id == actor.person_id
    is_far = ~sa.exists().where(*near).correlate(Reveal)
    if not actor.has_conflicts or actor.person_id is None:
        return is_far
    denied = conflicts.denied_threads(actor.person_id)
    return sa.and_(is_far, sa.not_(_of(Thread.id.in_(denied))))


def _is_there() -> Condition:
    return sa.not_(sa.and_(_IS_REPORTER, _of(Thread.is_sealed.is_(True))))


def _decide_reach(reach: Reach) -> Reach:
    def rule(actor: Actor) -> Condition:
        if actor.person_id is None:
            return NEVER
        others = sa.and_(Reveal.by_id != actor.person_id, _is_there(), _not_denied(actor))
        if actor.core_id is not None:
            return others
        if not actor.official_ids:
            return NEVER
        here = at_one_of(Handoff.desk_id, actor.official_ids)
        read = sa.select(Handoff.thread_id).where(here, reach(actor))
        return sa.and_(others, _IS_REPORTER, _of(Thread.id.in_(read)))

    return rule


def _asked(actor: Actor, row: Reveal) -> bool:
    """Whoever asked, where they asked, as long as they stand there."""
    if row.by_id != actor.person_id or row.desk_id not in actor.desk_ids | actor.deputy_ids:
        return False
    return row.kind is RevealKind.THREADS or (not _is_gone(row) and _is_free(actor, row))


def _asked_reach(actor: Actor) -> Condition:
    if actor.person_id is None:
        return NEVER
    here = at_one_of(Reveal.desk_id, actor.desk_ids | actor.deputy_ids)
    there = sa.or_(sa.not_(_IS_REPORTER), sa.and_(_is_there(), _not_denied(actor)))
    return sa.and_(Reveal.by_id == actor.person_id, here, there)


def rows(reads: Reads, reach: Reach) -> dict[tuple[Permission, type[Base]], tuple[object, object]]:
    """One row each, and the same rule as a condition; `reads`, `reach`: of a desk's handoffs."""
    decides, decided = _decides(reads), _decide_reach(reach)
    here, here_reach = _reads_here(reads), _here_reach(reach)
    sees, seen = _sees(here), _seen(here_reach)
    return {
        (Permission.REPORTER_REVEAL, Handoff): (_asks(here, sees), _ask_reach(here_reach, seen)),
        (Permission.REVEAL_DECIDE, Reveal): (decides, decided),
        (Permission.REVEAL_READ, Reveal): (
            lambda actor, row: _asked(actor, row) or decides(actor, row),
            lambda actor: sa.or_(_asked_reach(actor), decided(actor)),
        ),
        (Permission.REVEAL_SEE, Thread): (sees, seen),
        (Permission.AUDIT_READ, Reveal): (
            lambda actor, _row: audits(actor),
            lambda actor: sa.true() if audits(actor) else NEVER,
        ),
    }


ENTRY: dict[Permission, Callable[[Actor], bool]] = {
    Permission.REPORTER_REVEAL: lambda actor: bool(actor.official_ids or actor.deputy_ids),
    Permission.REVEAL_ASK: lambda actor: actor.core_id is not None,
    Permission.REVEAL_READ: lambda actor: actor.is_staff,
    Permission.REVEAL_DECIDE: lambda actor: bool(actor.official_ids),
    Permission.REVEAL_SEE: lambda actor: actor.is_staff,
}
