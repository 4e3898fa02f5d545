"""The watch: what nobody acknowledged moves to the backup, and no next date passes in silence.

Run twice, or by several at once, it does each thing once: what is due is asked again with the
row locked, and done in that transaction together with the time of the next look.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, deadline, routing, telling
from models.desk import Desk
from models.errors import Busy
from models.handoff import Handoff, State, turns
from models.receipt import has_no_reader
from models.reply import Reply, ReplyKind, Said
from models.store import Store
from models.town_time import local_date

AT_ONCE = 200
"""How many one run looks at, so that it ends; the longest overdue come first."""
_TRY_AGAIN = dt.timedelta(minutes=10)
_ONCE_FREE = dt.timedelta(minutes=1)
_UNANSWERED = frozenset({State.SENT, State.HELD})
_log = logging.getLogger(__name__)


def watch(store: Store, now: dt.datetime) -> int:
    """Look at what is due to be looked at; gives how many things were told or moved."""
    with store.read() as session:
        is_folded = Handoff.storm_id.is_not(None)
        order = (Handoff.watch_at, is_folded, Handoff.sent_at, Handoff.id)
        query = sa.select(Handoff.id, Handoff.storm_id).where(_is_due(now))
        found = session.execute(query.order_by(*order).limit(AT_ONCE)).all()
    # A row first, and then what is folded under it, which is told of in its name.
    rows_first = sorted(found, key=lambda row: row.storm_id is not None)
    return sum(_look_safely(store, row.id, now) for row in rows_first)


def _look_safely(store: Store, handoff_id: uuid.UUID, now: dt.datetime) -> bool:
    """Look at one; where that fails, later again, so that it stands in nobody's way."""
    later = _TRY_AGAIN
    try:
        with store.write() as session:
            return _look(session, handoff_id, now)
    except Busy:
        if store.is_sqlite:
            raise
        # On PostgreSQL somebody held one row for too long; the others are free.
        later = _ONCE_FREE
        _log.warning("handoff %s or its desk is held; the watch looks again soon", handoff_id)
    except Exception:
        _log.exception("the watch stumbled over handoff %s; it looks again soon", handoff_id)
    _postpone(store, handoff_id, now, later)
    return False


def _postpone(store: Store, handoff_id: uuid.UUID, now: dt.datetime, later: dt.timedelta) -> None:
    """Leave it for later; where even that meets a held row, the next run looks again."""
    held = contextlib.nullcontext() if store.is_sqlite else contextlib.suppress(Busy)
    with held, store.write() as session:
        due = sa.update(Handoff).where(Handoff.id == handoff_id, _is_due(now))
        session.execute(due.values(watch_at=now + later))


def _is_due(now: dt.datetime) -> sa.ColumnElement[bool]:
    return sa.and_(Handoff.watch_at.is_not(None), Handoff.watch_at <= now)


def _look(session: Session, handoff_id: uuid.UUID, now: dt.datetime) -> bool:
    seen = session.get(Handoff, handoff_id)
    if seen is None:
        return False
    # Staff first, then the turn of its place and the row, in the order of `turns`.
    desk = seen.desk
    # What is sealed leaves its team for nobody.
    about = seen.thread_id
    heir = None if seen.is_sealed else routing.heir(session, desk, seen.urgency, about=about)
    if not turns.take(session, [seen.place_token], is_waiting=False):
        return False
    same = sa.select(Handoff).where(
        Handoff.id == handoff_id, Handoff.desk_id == desk.id, Handoff.is_open, _is_due(now)
    )
    handoff = session.scalar(
        same.with_for_update(of=Handoff, skip_locked=True).execution_options(populate_existing=True)
    )
    if handoff is None or not _has_all(handoff):
        return False
    if handoff.state in _UNANSWERED:
        return _mind_deadline(handoff, heir, now)
    return _mind_next_on(handoff, heir, now)


def _has_all(handoff: Handoff) -> bool:
    """Hold what is folded under it, too, where nobody else holds any of it: else another time."""
    ids = [handoff.id]
    return handoff.place_token is None or turns.hold_rows(
        handoff.session, Handoff, ids, is_waiting=False
    )


def _mind_deadline(handoff: Handoff, heir: Desk | None, now: dt.datetime) -> bool:
    if now < handoff.due_at:
        is_new, handoff.is_warned, handoff.watch_at = not handoff.is_warned, True, handoff.due_at
        if is_new:
            telling.due_soon(handoff, now)
            _record(handoff, "warn", now)
        return is_new
    if heir is None:
        return _remind(handoff, now)
    handoff.escalate(heir, now)
    return True


def _remind(handoff: Handoff, now: dt.datetime) -> bool:
    """Tell every member at the top, once on each day on which the desk opens."""
    today, calendar = local_date(now), handoff.desk.calendar
    opening = deadline.opening_after(today - dt.timedelta(days=1), calendar)
    if now < opening:
        handoff.watch_at = opening
        return False
    telling.overdue(handoff, now)
    _record(handoff, "remind", now)
    handoff.watch_at = deadline.opening_after(today, calendar)
    return True


def _mind_next_on(handoff: Handoff, heir: Desk | None, now: dt.datetime) -> bool:
    """The named day has passed: its desk is told, on the opening day after that its backup, too.

    Ownership stays, since a person has it. With the backup the reporter is told, once for each
    date, that it is still under way. Nothing more is told until somebody names a new date.
    """
    assert handoff.next_on is not None
    # The reporter is told in the hours of the desk they see: other ones would tell of a seal.
    calendar = handoff.thread.shown_desk.calendar
    opening = deadline.opening_after(handoff.next_on, calendar)
    if now < opening:
        handoff.watch_at = opening
        return False
    telling.date_passed(handoff, now)
    if not handoff.is_warned:
        handoff.is_warned = True
        handoff.watch_at = deadline.opening_after(local_date(now), calendar)
        _record(handoff, "date_passed", now)
        return True
    handoff.watch_at = None
    if heir is not None:
        telling.date_passed_beside(handoff, heir.id, now)
    _record(handoff, "date_passed_again", now)
    _say_still_on_it(handoff, now)
    return True


def _say_still_on_it(handoff: Handoff, now: dt.datetime) -> None:
    """The same neutral words for every reader, without a date that nobody has promised.

    Once for each date: whoever owns it by then, the reporter sees one desk that let it pass.
    """
    assert handoff.next_on is not None
    was_said = sa.select(Reply.id).where(
        Reply.handoff_id == handoff.id,
        Reply.by_id.is_(None),
        Reply.kind == ReplyKind.PROGRESS,
        Reply.at >= deadline.day_after(handoff.next_on),
    )
    if has_no_reader(handoff.thread) or handoff.session.scalar(was_said) is not None:
        return
    reply = Reply.to_reporter(handoff, ReplyKind.PROGRESS, None, Said("still_on_it"), now)
    telling.reply(handoff, reply.id, now)


def _record(handoff: Handoff, act: str, now: dt.datetime) -> None:
    audit.record(handoff.session, act, handoff, now=now, desk_id=handoff.desk_id)
