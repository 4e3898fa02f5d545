"""The second person: agrees, or does not; somebody else than whoever asked, and once.

For whoever holds it (`hold`) and then asked the policy.
"""

from __future__ import annotations

import datetime as dt

import sqlalchemy as sa

from models import audit
from models.audit_alarm import AlarmKind
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff, turns
from models.person import Person
from models.reveal import opening, telling, watching
from models.reveal.entity import Reveal, RevealThread
from models.thread import Thread


def hold(reveal: Reveal) -> None:
    """Hold it and the notes that it is about until this transaction ends, and read all afresh.

    In the order of `turns`, the notes first: none of them is sealed, moved or kept from somebody
    meanwhile.
    """
    session = reveal.session
    session.flush()
    about = sa.select(RevealThread.thread_id).where(RevealThread.reveal_id == reveal.id)
    own = sa.select(Handoff).where(Handoff.thread_id.in_(about))
    turns.hold(session, Handoff, [one.id for one in session.scalars(own)])
    session.refresh(reveal, with_for_update={"of": Reveal})
    whole = sa.select(Thread).where(Thread.id.in_(about)).execution_options(populate_existing=True)
    for thread in session.scalars(whole).all():
        session.expire(thread, ["handoffs"])
    session.scalars(own.execution_options(populate_existing=True)).all()


def agree(reveal: Reveal, by: Person, now: dt.datetime) -> bool:
    """It opens now; what was opened in danger is confirmed, and ends when it ends.

    Gives whether it did; else it lapsed, as whoever asked may not see it any more. Raises Invalid
    for one's own, NotAllowed where it was decided or nobody did in time.
    """
    _ask_first(reveal, by, now)
    if reveal.opened_at is None and not opening.has_reader(reveal, now):
        # Nobody is told why: that would tell of whoever asked.
        reveal.decided_at = now
        _record("lapse_reveal", reveal, by, now)
        return False
    _decide(reveal, by, now, is_agreed=True)
    if reveal.opened_at is None:
        opening.open_(reveal, now)
    return True


def refuse(reveal: Reveal, by: Person, now: dt.datetime) -> None:
    """It does not open; what was opened in danger ends at once, and is asked about.

    Raises as `agree` does.
    """
    _ask_first(reveal, by, now)
    _decide(reveal, by, now, is_agreed=False)
    if reveal.opened_at is not None:
        reveal.ends_at = min(now, reveal.ends_at or now)
        watching.alarm(reveal, AlarmKind.REFUSED, now)


def _ask_first(reveal: Reveal, by: Person, now: dt.datetime) -> None:
    if by.id == reveal.by_id:
        raise Invalid("reveal.problem.own")
    if not reveal.is_undecided(now):
        raise NotAllowed("reveal.problem.decided")


def _decide(reveal: Reveal, by: Person, now: dt.datetime, *, is_agreed: bool) -> None:
    reveal.decided_at, reveal.decided_by_id, reveal.is_agreed = now, by.id, is_agreed
    _record("agree_reveal" if is_agreed else "refuse_reveal", reveal, by, now)
    telling.decided(reveal, now)


def _record(act: str, reveal: Reveal, by: Person, now: dt.datetime) -> None:
    at, to = reveal.desk_id, reveal.by_id
    audit.record(reveal.session, act, reveal, now=now, by=by.id, desk_id=at, to=to)
