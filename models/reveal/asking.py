"""Ask to see it: a second person is told, or, with a life in danger, it opens at once."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, involved
from models.audit_views import SEARCH, View
from models.base import Base
from models.desk import Desk
from models.errors import NotAllowed
from models.handoff import Handoff
from models.person import Person
from models.receipt import has_no_reader
from models.reveal import finding, opening, telling
from models.reveal.entity import Reveal, RevealDenied, RevealKind, RevealThread

_AGAIN = dt.timedelta(minutes=1)


def ask_reporter(
    handoff: Handoff,
    desk_id: uuid.UUID,
    by: Person,
    reason: str,
    now: dt.datetime,
    *,
    is_danger: bool = False,
) -> Reveal:
    """Ask who told, at the desk where `by` stands; a form that came twice is one asking.

    Raises NotAllowed where it was sealed meanwhile, where the name is shown anyway, and where the
    reporter is gone.
    """
    handoff.lock()
    thread = handoff.thread
    if handoff.is_sealed or thread.reporter.shown_name or has_no_reader(thread):
        raise NotAllowed
    made = Reveal(kind=RevealKind.REPORTER, by_id=by.id, desk_id=desk_id, is_danger=is_danger)
    return _ask(handoff.session, made, [handoff.thread_id], now, reason, of=handoff)


def ask_threads(
    desk: Desk, by: Person, question: str, reason: str, now: dt.datetime, *, is_danger: bool = False
) -> Reveal:
    """Ask for what other desks have about a name or a place.

    What there is, is found now and told to nobody before it opens, so that it says nothing. Who
    is near what is looked for learns of it as little as of a note. The log alone has what a
    conflict keeps from `by`, as of a search.
    """
    session = desk.session
    found = finding.find(session, question, by.id)
    met = View(SEARCH, desk.__tablename__, str(desk.id), by.id, now, desk.id, (*found.kept_back,))
    met.write(session)
    made = Reveal(kind=RevealKind.THREADS, by_id=by.id, desk_id=desk.id, is_danger=is_danger)
    return _ask(session, made, found.threads, now, reason, question)


def _ask(
    session: Session,
    made: Reveal,
    threads: Iterable[uuid.UUID],
    now: dt.datetime,
    reason: str,
    question: str = "",
    of: Base | None = None,
) -> Reveal:
    made.id, made.asked_at, threads = uuid.uuid4(), now, list(threads)
    if (before := _asked_before(session, made, threads, reason, question)) is not None:
        return before
    session.add(made)
    made.reason = reason
    if question:
        made.question = question
    session.flush()
    session.add_all(RevealThread(reveal_id=made.id, thread_id=one) for one in threads)
    near = involved.of_words(session, question) if question else ()
    session.add_all(RevealDenied(reveal_id=made.id, person_id=one) for one in near)
    session.flush()
    act = "ask_in_danger" if made.is_danger else "ask_reveal"
    audit.record(session, act, of or made, now=now, by=made.by_id, desk_id=made.desk_id)
    if made.is_danger:
        opening.open_(made, now)
    telling.to_decide(made, now)
    return made


def _asked_before(
    session: Session, made: Reveal, threads: list[uuid.UUID], reason: str, question: str
) -> Reveal | None:
    """The same asking of a moment ago: its form was sent twice."""
    rows = session.scalars(
        sa.select(Reveal).where(
            Reveal.by_id == made.by_id,
            Reveal.kind == made.kind,
            Reveal.is_danger.is_(made.is_danger),
            Reveal.asked_at > made.asked_at - _AGAIN,
            Reveal.decided_at.is_(None),
        )
    )
    said = (set(threads), reason, question)
    same = (one for one in rows if (_ids(one), one.reason, one.question) == said)
    return next(same, None)


def _ids(reveal: Reveal) -> set[uuid.UUID]:
    return {thread.id for thread in reveal.threads}
