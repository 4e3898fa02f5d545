"""The second person: agrees, or does not; somebody else than whoever asked, and once."""

from __future__ import annotations

import datetime as dt

from models import audit
from models.audit_alarm import AlarmKind
from models.errors import Invalid, NotAllowed
from models.person import Person
from models.reveal import opening, telling, watching
from models.reveal.entity import Reveal


def agree(reveal: Reveal, by: Person, now: dt.datetime) -> None:
    """It opens now; what was opened in danger is confirmed, and ends when it ends.

    Raises Invalid for one's own, NotAllowed where it was decided or nobody did in time, and where
    whoever asked may not see it any more.
    """
    _decide(reveal, by, now, is_agreed=True)
    if reveal.opened_at is None:
        if not opening.has_reader(reveal):
            raise NotAllowed("reveal.problem.gone")
        opening.open_(reveal, now)


def refuse(reveal: Reveal, by: Person, now: dt.datetime) -> None:
    """It does not open; what was opened in danger ends at once, and is asked about.

    Raises as `agree` does.
    """
    _decide(reveal, by, now, is_agreed=False)
    if reveal.opened_at is not None:
        reveal.ends_at = min(now, reveal.ends_at or now)
        watching.alarm(reveal, AlarmKind.REFUSED, now)


def _decide(reveal: Reveal, by: Person, now: dt.datetime, *, is_agreed: bool) -> None:
    session = reveal.session
    session.flush()
    session.refresh(reveal, with_for_update={"of": Reveal})
    if by.id == reveal.by_id:
        raise Invalid("reveal.problem.own")
    if not reveal.is_undecided(now):
        raise NotAllowed("reveal.problem.decided")
    reveal.decided_at, reveal.decided_by_id, reveal.is_agreed = now, by.id, is_agreed
    act, at = "agree_reveal" if is_agreed else "refuse_reveal", reveal.desk_id
    audit.record(session, act, reveal, now=now, by=by.id, desk_id=at, to=reveal.by_id)
    telling.decided(reveal, now)
