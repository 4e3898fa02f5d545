"""How a thread looks to a program, in the reader's language; sealed ones look as any other."""

from __future__ import annotations

import datetime as dt
from typing import Any

from blueprints import said
from models import hearing, ladder
from models.desk import Desk
from models.errors import Unreadable
from models.reply import Reply
from models.thread import Thread


def note_id(thread: Thread) -> str:
    """The id a phone knows its note by; the second content under one id has its own."""
    observation = thread.observation
    return str(observation.client_id or observation.id)


def summary(thread: Thread, now: dt.datetime) -> dict[str, Any]:
    """One line of the list of one's own notes."""
    observation = thread.observation
    return {
        "id": note_id(thread),
        "thread": str(thread.id),
        "received_at": observation.received_at.isoformat(),
        "area": None if observation.area is None else observation.area.name,
        "desk": desk(thread.shown_desk),
        "rung": ladder.rungs(thread, now)[-1].code,
        "unread": sum(1 for reply in thread.told(now) if _is_unread(reply)),
        "is_asked": hearing.is_asked(thread),
    }


def thread(thread: Thread, now: dt.datetime) -> dict[str, Any]:
    """A note as it was written, with its ladder and every word since."""
    rungs = ladder.rungs(thread, now)
    return summary(thread, now) | {
        "note": _note(thread),
        "ladder": [{"code": rung.code, "at": rung.at.isoformat()} for rung in rungs],
        "replies": [_reply(reply) for reply in thread.told(now)],
        "may_take_back": thread.handoff.may_take_back(now),
        "may_call": thread.reporter.expects_calls,
    }


def desk(desk: Desk) -> dict[str, Any]:
    """What every reporter is told of a desk."""
    return {"id": str(desk.id), "name": desk.name, "telephone": desk.telephone}


def _reply(reply: Reply) -> dict[str, Any]:
    return {
        "id": str(reply.id),
        "kind": reply.kind.value,
        "from": "reporter" if reply.kind.is_from_reporter else "desk",
        "at": reply.at.isoformat(),
        "words": _words(reply),
        "is_unread": _is_unread(reply),
    }


def _words(reply: Reply) -> str:
    """What it says; nothing where its words were forgotten."""
    try:
        return said.say(reply)
    except Unreadable:
        return ""


def _is_unread(reply: Reply) -> bool:
    return reply.inbox is not None and reply.inbox.read_at is None


def _note(thread: Thread) -> dict[str, Any] | None:
    """The note's own fields; none where its words were forgotten."""
    try:
        return thread.observation.body
    except Unreadable:
        return None
