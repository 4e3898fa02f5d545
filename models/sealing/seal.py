"""封をする: a note goes to the core's sealed team, as if no other desk had ever had it.

All of it in one transaction: every desk that it passed keeps no row, link, count or gap.
"""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, hidden_line, mirror_keeping, owners, telling
from models.base import Base
from models.clue import Clue
from models.desk import Desk, DeskKind
from models.errors import NotAllowed
from models.handoff import Handoff, State
from models.handoff.answering import others_first
from models.household.entity import members
from models.mirror import MirrorLine, MirrorMonth
from models.reply import InsideNote
from models.routing import NotStarted
from models.sealing import related, release, taking_over, voices
from models.sealing.again import Act
from models.thread import Thread

if TYPE_CHECKING:
    from models.person import Person

_ELSEWHERE = (State.PASSED_ON, State.RETURNED)
_RECALL = "recall"
"""The audit's word for an acknowledgement that never went out."""


def may_be_sealed(handoff: Handoff) -> bool:
    """Whether its desk owns the thread now and may seal it."""
    return not handoff.is_sealed and handoff.state not in _ELSEWHERE


def hold(thread: Thread) -> list[Thread]:
    """Hold what is sealed with a thread, itself first; for whoever does more than seal it."""
    core = Desk.core(thread.session)
    if core is None:
        raise NotStarted
    taking_over.hold(thread.session, [thread], core)
    # Whoever follows it holds it, too: what comes from now on is sealed as it comes.
    others = related.threads_of(thread)
    if others:
        taking_over.hold(thread.session, others, core)
    return [thread, *others]


def seal(handoff: Handoff, by: Person | None, now: dt.datetime, words: str = "") -> None:
    """Give the thread to the sealed team, with all that was held because it followed its note.

    `by`: the member of staff; None where its reporter asked for it. `words`: why, for that team.
    What is sealed already stays as it is, and the words still come to that team; its reporter's
    wish ends what was proposed against it. Raises NotAllowed for staff where it belongs to another
    desk by now.
    """
    owner = handoff.desk_id
    threads = hold(handoff.thread)
    is_first = not handoff.is_sealed
    if is_first and by is not None and (handoff.desk_id != owner or not may_be_sealed(handoff)):
        raise others_first(handoff)
    for thread in threads if is_first else ():
        if not thread.is_sealed:
            _seal(thread, by, now)
    owing = handoff.thread.handoff
    if by is None:
        release.drop(owing, None, now)
    elif words and not _is_kept(handoff, by, words):
        InsideNote.write(owing, by, words, now)
        if not is_first:
            at = owing.desk_id
            audit.record(owing.session, "note_inside", owing, now=now, by=by.id, desk_id=at)


def _is_kept(handoff: Handoff, by: Person, words: str) -> bool:
    """Whether the same person has just said so: a form that came twice."""
    notes = handoff.thread.handoff.inside_notes
    return bool(notes) and notes[-1].by_id == by.id and notes[-1].words == words


def _seal(thread: Thread, by: Person | None, now: dt.datetime) -> None:
    session, by_id = thread.session, None if by is None else by.id
    core = session.scalars(sa.select(Desk).where(Desk.kind == DeskKind.CORE)).one()
    _recall(thread.handoff, by, now)
    owing, handoffs = thread.handoff, list(thread.handoffs)
    owners.keep_told(thread)
    thread.told_desk = thread.shown_desk
    companions = members(session, thread.id, sealed=False) - {thread.id}
    taking_over.leave_others(thread, now, by_id)
    voices.silence(session, companions)
    places = _places(thread)
    thread.change_seal(sealed=True)
    place = taking_over.index_anew(thread)
    taking_over.forget_told(session, thread)
    for one in handoffs:
        one.place_token = place
        one.change_seal(core, now, sealed=True)
    if by is not None:
        owing.opened_at = owing.opened_at or now
        owing.last_at, owing.last_by = now, by
    voices.unheard(session, thread, places, now)
    _uncount(handoffs, core, now)
    hidden_line.hide(session, [one.id for one in handoffs], now)
    audit.record(session, Act.SEAL, owing, now=now, by=by_id, desk_id=core.id)
    telling.came_over(owing, now, now)


def _recall(handoff: Handoff, by: Person | None, now: dt.datetime) -> None:
    """An acknowledgement that can still be undone: nobody was told, and nobody has it any more."""
    if not handoff.is_withheld(now):
        return
    author, at = handoff.last_by, handoff.last_at
    try:
        with handoff.session.begin_nested():
            words = handoff.void(by, now, _RECALL).said.words
    except NotAllowed:
        # In this very moment it goes out.
        handoff.session.refresh(handoff)
        handoff.go_out(now)
        return
    if words and author is not None:
        # Its author can not say it again; the team knows what was to be said.
        InsideNote.write(handoff, author, words, at)


def _places(thread: Thread) -> list[bytes]:
    """The tokens by which notes of its place were raised."""
    own = Clue.observation_id == thread.observation.id, Clue.field == "place"
    return list(thread.session.scalars(sa.select(Clue.token).where(*own)))


def _uncount(handoffs: list[Handoff], core: Desk, now: dt.datetime) -> None:
    """What was done to it counts at no other desk, not in the months that are over either."""
    session, ids = core.session, [one.id for one in handoffs]
    of = MirrorLine.handoff_id.in_(ids)
    desks = session.scalars(sa.select(MirrorLine.desk_id).where(of).distinct()).all()
    for desk_id in sorted(desks):
        mirror_keeping.keep_desk(session, desk_id, now)
    others = [one for one in desks if one != core.id]
    _delete(session, MirrorLine, of, MirrorLine.desk_id.in_(others))
    # Apart from the sealed team's own, nobody reads what is counted as sealed.
    sealed = MirrorMonth.is_sealed.is_(True), MirrorMonth.desk_id.in_(others)
    _delete(session, MirrorMonth, *sealed)


def _delete(session: Session, kind: type[Base], *which: sa.ColumnElement[bool]) -> None:
    session.execute(sa.delete(kind).where(*which))
