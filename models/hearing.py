"""What the reporter says after the note: answers, additions, and taking things back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from models import audit, sign, staff_lock, staffing, telling
from models.errors import NotAllowed
from models.handoff import Handoff, Outcome
from models.inbox import InboxEntry
from models.reply import Reply, ReplyKind, Said
from models.thread import Thread

CALL_SETTLED = frozenset({"done", "other"})
"""Answers to 「電話は、どうしましたか」 after which nobody needs to ask again."""
_NOTICES = frozenset({"119", "110", "189", "desk"})
_NOT_NEARBY = Said("not_nearby")
_CALLED_SAID = frozenset(f"called_{how}" for how in CALL_SETTLED)


def answer(thread: Thread, words: str, now: dt.datetime) -> Reply:
    """Answer the desk's question; empty words say 「わからない」."""
    said = Said(words=words) if words else Said("unknown")
    return _hear(thread, ReplyKind.ANSWER, said, now)


def add(thread: Thread, words: str, now: dt.datetime, *, place: str = "") -> Reply:
    """Add to the note, or put its place right; the note itself is never edited."""
    return _hear(thread, ReplyKind.ADDITION, added(words, place), now)


def added(words: str, place: str) -> Said:
    """What an addition says; the right place stands before the words."""
    return Said("added_place", words, place=place) if place else Said(words=words)


def tell_not_nearby(thread: Thread, now: dt.datetime) -> Reply:
    """近所には知られたくない, told after the note."""
    return _hear(thread, ReplyKind.ADDITION, _NOT_NEARBY, now)


def is_not_nearby(thread: Thread) -> bool:
    """Whether the reporter has told that after the note."""
    return any(r.said.template == _NOT_NEARBY.template for r in thread.replies if r.by_id is None)


def stop_contact(thread: Thread, now: dt.datetime) -> Reply:
    """Withdraw the wish to be telephoned; the desk sees that it was withdrawn."""
    thread.reporter.stop_contact()
    return _hear(thread, ReplyKind.WITHDRAWAL, Said("stop_contact"), now)


def ask_to_withdraw(thread: Thread, now: dt.datetime) -> Reply:
    """Ask the desk to let the note rest, once it can no longer be taken back."""
    return _hear(thread, ReplyKind.WITHDRAWAL, Said("withdraw"), now)


def tell_called(thread: Thread, how: str, now: dt.datetime) -> Reply:
    """How the call went that a sign asks for (`done`, `later`, `other`), told after the note."""
    return _hear(thread, ReplyKind.ADDITION, Said(f"called_{how}"), now)


def waits_for_call(thread: Thread) -> bool:
    """Whether the note's signs ask for a telephone call that nobody has told of yet."""
    if not asks_for_call(thread.observation.body):
        return False
    return not any(tells_of_call(r.said) for r in thread.replies if r.kind is ReplyKind.ADDITION)


def asks_for_call(body: Mapping[str, Any]) -> bool:
    """Whether the signs of a note ask for a telephone call that was not told of with them."""
    asks = _NOTICES.intersection(sign.calls_first(body.get("signs", ())))
    return bool(asks) and body.get("called_first") not in CALL_SETTLED


def tells_of_call(said: Said) -> bool:
    """Whether an addition says that the call was made."""
    return said.template in _CALLED_SAID


def is_asked(thread: Thread) -> bool:
    """Whether a question of the desk still waits for its answer."""
    last = [r for r in thread.replies if r.kind in (ReplyKind.QUESTION, ReplyKind.ANSWER)]
    return bool(last) and last[-1].kind is ReplyKind.QUESTION


def read(thread: Thread, now: dt.datetime) -> bool:
    """The reporter has the thread open: its inbox is read. Gives whether anything was new.

    What was undone in that very moment is not there any more.
    """
    told = [reply.inbox for reply in thread.told(now)]
    unread = [entry.reply_id for entry in told if entry is not None and entry.read_at is None]
    if not unread:
        return False
    still = InboxEntry.reply_id.in_(unread), InboxEntry.read_at.is_(None)
    found = sa.update(InboxEntry).where(*still).values(read_at=now).returning(InboxEntry.reply_id)
    return bool(thread.session.scalars(found).all())


def owing(thread: Thread) -> Handoff:
    """The handoff that owes the answer, held; a desk may pass the thread on meanwhile."""
    while True:
        handoff = thread.handoff
        desk = handoff.desk
        staff_lock.share(thread.session, desk)
        handoff.lock()
        thread.session.expire(thread, ["handoffs"])
        if thread.handoff is handoff and handoff.desk is desk:
            return handoff


def _hear(thread: Thread, kind: ReplyKind, said: Said, now: dt.datetime) -> Reply:
    handoff = owing(thread)
    if handoff.outcome is Outcome.TAKEN_BACK:
        raise NotAllowed("note.problem.taken_back")
    staffing.give_heir(thread.session, handoff, now)
    reply = Reply.from_reporter(handoff, kind, said, now)
    # The actor stays out of the line: it would join the reporter to the thread in plain text.
    audit.record(thread.session, kind.value, handoff, now=now, desk_id=handoff.desk_id)
    telling.answered(handoff, now)
    return reply
