"""My notes: what has a new answer first, each on its rung of the ladder."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from flask import request
from markupsafe import Markup
from sqlalchemy.orm import selectinload

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.asked_first import is_asked
from blueprints.language import show
from blueprints.note import bp, talk
from blueprints.note.page import Page, own_desk, page
from blueprints.note.titles import Title, title_of
from models import hearing, held_history
from models.desk import Desk
from models.inbox import InboxEntry
from models.observation import Observation
from models.person import Person, Role
from models.reply import Reply
from models.thread import Thread

PER_PAGE = 20


@dataclass(frozen=True)
class Line:
    """One note of the list."""

    thread: Thread
    title: Markup | str
    badge: Markup
    badge_kind: str
    line: Markup | str
    is_new: bool
    not_called: Markup | str
    """The question whether the calls were made that its signs ask for; "" where none is asked."""
    kept: Title


@bp.get("/notes")
@allow(Permission.THREAD_READ)
def list_notes() -> Page:
    """One's own notes, a page at a time."""
    n = max(request.args.get("page", 1, type=int), 1)
    rows = list(access.reading().scalars(_page(min(n, 10_000))))
    person = access.me()
    return page(
        "mine",
        tab="replies",
        lines=_lines(rows[:PER_PAGE], person),
        beside=_newest(rows) if n == 1 and len(rows) > PER_PAGE else [],
        number=n,
        has_older=len(rows) > PER_PAGE,
        opens_at=None if person is None else held_history.opens_at(person, access.now()),
        asks_address=is_asked(),
        desk=own_desk(person) or Desk.core(access.reading()),
    )


def _lines(rows: list[Thread], person: Person | None) -> list[Line]:
    asks = person is not None and person.role is Role.COMMISSIONER
    return [_line(thread, asks_called=asks) for thread in rows]


def _page(n: int) -> sa.Select[Thread]:
    is_new = sa.exists().where(InboxEntry.thread_id == Thread.id, InboxEntry.is_news(access.now()))
    ordered = _notes().order_by(is_new.desc(), Thread.made_at.desc(), Thread.id)
    return ordered.offset((n - 1) * PER_PAGE).limit(PER_PAGE + 1)


def _newest(rows: list[Thread]) -> list[Title]:
    """Those of the newest notes that unread older ones kept off the first page.

    The phone keeps the newest for a lost signal, whatever the order in which they are shown.
    """
    newest = _notes().order_by(Thread.made_at.desc(), Thread.id).limit(PER_PAGE)
    shown = {thread.id for thread in rows[:PER_PAGE]}
    found = access.reading().scalars(newest)
    return [title_of(thread) for thread in found if thread.id not in shown]


def _notes() -> sa.Select[Thread]:
    return access.listing(Thread, Permission.THREAD_READ).options(
        selectinload(Thread.observation).selectinload(Observation.area),
        selectinload(Thread.handoffs),
        selectinload(Thread.replies).selectinload(Reply.inbox),
    )


def _line(thread: Thread, *, asks_called: bool) -> Line:
    kept = title_of(thread)
    is_new = talk.has_news(thread)
    badge, kind = show(f"note.rung.{kept.rung}"), ""
    line: Markup | str = talk.words_of_waiting(kept.rung)
    if is_new:
        badge, kind, line = show("note.mine.new_reply"), "lit", ""
    elif hearing.is_asked(thread):
        badge, kind, line = show("note.mine.question"), "brand", ""
    return Line(
        thread,
        talk.title(thread),
        badge,
        kind,
        line,
        is_new,
        _not_called(thread) if asks_called and talk.waits_for_call(thread) else "",
        kept,
    )


def _not_called(thread: Thread) -> Markup:
    named = " / ".join(call.number for call in talk.calls(thread))
    return show("note.mine.not_called", number=named) if named else show("note.mine.not_called_any")
