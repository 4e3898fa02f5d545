"""The page after a note: what is true now, and how the answer will come."""

from __future__ import annotations

import uuid
from typing import Any

import sqlalchemy as sa

from blueprints import access
from blueprints.access import Permission, allow
from blueprints.note import bp, numbers, talk
from blueprints.note.outlook import outlook
from blueprints.note.page import Page, answer_ways, page
from blueprints.note.sending import Sent
from blueprints.shown_once import shown_once
from models import held_history
from models.area import Area
from models.person import Person
from models.thread import Thread
from models.urgency import Urgency


@bp.get("/notes/<uuid:thread_id>/sent")
@allow(Permission.THREAD_READ)
def show_sent(thread_id: uuid.UUID) -> Page:
    """One's own note just after sending: its ladder, and after the first one how answers come."""
    thread = access.load(Thread, thread_id, Permission.THREAD_READ)
    return page(
        "sent",
        tab="write",
        **_of_thread(thread),
        base=f"/notes/{thread_id}",
        draft="note",
        asks_answer_by=asks_answer_by(access.me(), after=1),
        answer_by=answer_ways(),
    )


def sent_page_by_code(sent: Sent, *, draft: str) -> Page:
    """The page for somebody without an account, with the code that is shown this once.

    Whoever's reading is locked sees it too, as their note has arrived: without a code.
    """
    return _page_by_code(**sent.told(), draft=draft)


@shown_once()
def _page_by_code(
    *,
    accepted: dict[str, Any],
    area_id: int | None,
    signs: list[str],
    urgency: str,
    has_called: bool,
    code: str,
    draft: str,
) -> Page:
    area = None if area_id is None else access.reading().get(Area, area_id)
    seen = outlook(accepted, area, signs, _urgency(urgency))
    return page(
        "sent",
        when=numbers.when,
        status=201,
        outlook=seen,
        rungs=[talk.arrived(seen.desk, seen.received_at)],
        waiting=talk.words_of_waiting("arrived"),
        asks_called=bool(seen.calls) and bool(code) and not has_called,
        base="/receipts",
        code=code,
        # Of one's own, behind the lock, there is no code.
        is_by_code=not _is_locked(),
        note_id=accepted["id"],
        draft=draft,
    )


def _is_locked() -> bool:
    return access.actor().is_signed_in and not access.may_enter(Permission.THREAD_READ)


def _of_thread(thread: Thread) -> dict[str, Any]:
    note = thread.observation
    return {
        "when": numbers.when,
        "outlook": outlook(note.acceptance, note.area, talk.ticked(thread), thread.handoff.chosen),
        "rungs": talk.rungs(thread),
        "waiting": talk.waiting(thread),
        "asks_called": talk.waits_for_call(thread),
        "note_id": note.client_id or note.id,
    }


def asks_answer_by(person: Person | None, *, after: int) -> bool:
    """Whether to ask a phone person how answers should come: once, `after` so many notes."""
    if person is None or not person.role.is_phone or person.answer_by is not None:
        return False
    # Of what nobody may read here, nothing is known either.
    if not access.may_enter(Permission.THREAD_READ):
        return False
    if held_history.opens_at(person, access.now()) is not None:
        return False
    mine = access.listing(Thread, Permission.THREAD_READ).with_only_columns(sa.func.count())
    return access.reading().scalar(mine) == after


def _urgency(code: str) -> Urgency:
    return Urgency(code) if code in list(Urgency) else Urgency.SOON
