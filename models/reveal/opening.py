"""What opens, and for whom it is open now."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, conflict
from models.handoff import Handoff, Outcome
from models.membership import present_ids, present_places, reader_ids
from models.reveal.entity import LASTS, Reveal, RevealKind, RevealThread
from models.thread import Thread

TAKEN_BACK = sa.select(Handoff.thread_id).where(Handoff.outcome == Outcome.TAKEN_BACK)
"""The threads whose note was taken back: nobody reads them any more."""


def is_taken_back(thread: Thread) -> bool:
    """Whether a thread is one of them."""
    return any(one.outcome is Outcome.TAKEN_BACK for one in thread.handoffs)


def has_reader(reveal: Reveal, now: dt.datetime) -> bool:
    """Whether whoever asked still stands there, and may see what it is about."""
    session = reveal.session
    if reveal.by_id not in present_ids(session, reveal.desk_id):
        return False
    if reveal.kind is RevealKind.THREADS:
        return True
    return not _withheld(reveal) and all(_is_read(reveal, one, now) for one in reveal.threads)


def _is_read(reveal: Reveal, thread: Thread, now: dt.datetime) -> bool:
    """Whether they read the note at a desk that is no volunteers', or have it open otherwise."""
    session, by = reveal.session, reveal.by_id
    desks = (one.desk for one in thread.handoffs if not one.desk.is_volunteer)
    if any(by in reader_ids(session, desk.id, about=thread.id) for desk in desks):
        return True
    places = {one.desk_id for one in present_places(session, by)}
    return (thread.id, RevealKind.THREADS) in open_to(session, by, places, now)


def open_(reveal: Reveal, now: dt.datetime) -> None:
    """For half an hour; each note's desk reads in its history who opened it, and from where.

    What does not open, as it was sealed or taken back or a conflict came, is no part of it from
    then on: its reporter is told of what was seen, and of nothing else.
    """
    session, by, at = reveal.session, reveal.by_id, reveal.desk_id
    if withheld := _withheld(reveal):
        parts = RevealThread.reveal_id == reveal.id, RevealThread.thread_id.in_(withheld)
        session.execute(sa.delete(RevealThread).where(*parts))
        session.expire(reveal, ["threads"])
    reveal.opened_at, reveal.ends_at = now, now + LASTS
    for thread in reveal.threads:
        act = f"reveal_{reveal.kind}"
        audit.record(session, act, thread.handoff, now=now, by=by, desk_id=at)


def _withheld(reveal: Reveal) -> list[uuid.UUID]:
    session, by = reveal.session, reveal.by_id
    return [
        one.id
        for one in reveal.threads
        if one.is_sealed or is_taken_back(one) or conflict.is_denied(session, one.id, by)
    ]


def open_to(
    session: Session, person_id: uuid.UUID, desks: Collection[uuid.UUID], now: dt.datetime
) -> frozenset[tuple[uuid.UUID, RevealKind]]:
    """The threads of what a person opened at these desks, and how, as long as it lasts."""
    found = (
        sa.select(RevealThread.thread_id, Reveal.kind)
        .join(Reveal, Reveal.id == RevealThread.reveal_id)
        .where(Reveal.by_id == person_id, Reveal.desk_id.in_(desks), Reveal.ends_at > now)
    )
    return frozenset((row.thread_id, row.kind) for row in session.execute(found))
