"""封をとく: two of the sealed team let a note go to its desk; one proposes, another confirms."""

from __future__ import annotations

import datetime as dt
import uuid

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models import audit, owners, routing, telling
from models.base import Base
from models.desk import Desk
from models.errors import Invalid
from models.handoff import Handoff, State
from models.membership import reader_ids
from models.person import Person
from models.reply import InsideNote
from models.sealing import taking_over
from models.sealing.again import Act
from models.thread import Thread

_REASON = "unsealing.reason"


class Unsealing(Base):
    """A proposal that waits for a second person; gone as soon as somebody decides."""

    __tablename__ = "unsealing"

    thread_id: Mapped[uuid.UUID] = mapped_column(
        sa.ForeignKey("thread.id", ondelete="CASCADE"), primary_key=True
    )
    by_id: Mapped[uuid.UUID] = mapped_column(sa.ForeignKey("person.id"))
    at: Mapped[dt.datetime]
    sealed_reason: Mapped[bytes]

    thread: Mapped[Thread] = relationship()
    by: Mapped[Person] = relationship()

    @property
    def reason(self) -> str:
        """Why, decrypted."""
        return self.thread.key.unseal(_REASON, self.thread_id, self.sealed_reason)


def goes_to(handoff: Handoff) -> Desk:
    """The desk that would have it, unsealed at this moment; only read."""
    return _home(handoff, handoff.thread_id, is_held=False)


def is_proposed() -> sa.ColumnElement[bool]:
    """The condition that a second person is asked to unseal a handoff's note."""
    waits = sa.exists().where(Unsealing.thread_id == Handoff.thread_id)
    return waits.correlate_except(Unsealing)


def propose(handoff: Handoff, by: Person, reason: str, now: dt.datetime) -> None:
    """Say why others may know of it again; the rest of the team is asked.

    The same from the same person is one proposal. Raises Invalid where somebody did already, and
    for what nobody can read.
    """
    _hold(handoff)
    session = handoff.session
    if not handoff.thread.observation.sealed_body:
        raise Invalid("desk.problem.unseal_unread", "unseal_reason")
    waiting = session.get(Unsealing, handoff.thread_id)
    if waiting is not None and waiting.by_id == by.id and waiting.reason == reason:
        return
    if waiting is not None:
        raise Invalid("desk.problem.unseal_waits", "unseal_reason")
    cipher = handoff.thread.key.seal(_REASON, handoff.thread_id, reason)
    session.add(Unsealing(thread_id=handoff.thread_id, by_id=by.id, at=now, sealed_reason=cipher))
    session.flush()
    _record("propose_unseal", handoff, by, now)
    telling.to_unseal(handoff, by.id, now)


def withdraw(handoff: Handoff, by: Person, now: dt.datetime) -> None:
    """The seal stays; nothing where somebody decided before."""
    _hold(handoff)
    drop(handoff, by, now)


def drop(handoff: Handoff, by: Person | None, now: dt.datetime) -> None:
    """The same for whoever holds it already; `by` None is its reporter."""
    proposal = handoff.session.get(Unsealing, handoff.thread_id)
    if proposal is not None:
        handoff.session.delete(proposal)
        _record("withdraw_unseal", handoff, by, now)


def unseal(handoff: Handoff, by: Person, now: dt.datetime) -> None:
    """The second person agrees: the desk of its reporter has it, and owes it anew.

    What was kept inside goes along, with the reason; what other desks had passed on or returned
    stays the team's. Raises Invalid where nobody proposed it, or this very person did, or somebody
    who is not of the team any more.
    """
    session, thread = handoff.session, handoff.thread
    to, usual = _home(handoff, thread.id), _home(handoff)
    taking_over.hold(session, [thread], to, handoff.desk)
    proposal = session.get(Unsealing, thread.id, populate_existing=True)
    if not thread.is_sealed or proposal is None:
        raise Invalid("desk.problem.unseal_none")
    if proposal.by_id == by.id:
        raise Invalid("desk.problem.unseal_own")
    if proposal.by_id not in reader_ids(session, handoff.desk_id, sealed=True, about=thread.id):
        raise Invalid("desk.problem.unseal_left")
    _record(Act.UNSEAL, handoff, by, now)
    InsideNote.write(thread.handoff, proposal.by, proposal.reason, proposal.at)
    session.delete(proposal)
    thread.stays_at_door = thread.stays_at_door or to is not usual
    _let_go(thread, to, by, now)


def _let_go(thread: Thread, to: Desk, by: Person, now: dt.datetime) -> None:
    owing = thread.handoff
    owing.go_out(now)
    owners.keep_told(thread)
    taking_over.leave_others(thread, now, by.id)
    taking_over.forget_told(thread.session, thread)
    thread.change_seal(sealed=False)
    thread.told_desk = None
    owing.place_token = taking_over.index_anew(thread)
    # This one alone: nobody knows any more whose the others were, and a desk reads of no other's
    # what was kept inside there.
    owing.change_seal(to, now, sealed=False)
    owing.last_at, owing.last_by = now, by
    audit.record(thread.session, "unsealed_here", owing, now=now, desk_id=to.id)
    telling.came_over(owing, now, now)


def _home(handoff: Handoff, about: uuid.UUID | None = None, *, is_held: bool = True) -> Desk:
    """The desk its reporter knows, or whoever stands in there; held notes wait at the core.

    `about`: its thread, so that somebody there may see it.
    """
    if handoff.thread.handoff.state is State.HELD:
        return handoff.desk
    shown, urgency = handoff.thread.shown_desk, handoff.urgency
    return routing.ready(handoff.session, shown, urgency, about, is_held=is_held)


def _hold(handoff: Handoff) -> None:
    handoff.lock_unmoved()
    if not handoff.thread.is_sealed:
        raise Invalid("desk.problem.unseal_none")


def _record(act: str, handoff: Handoff, by: Person | None, now: dt.datetime) -> None:
    by_id = None if by is None else by.id
    audit.record(handoff.session, act, handoff, now=now, by=by_id, desk_id=handoff.desk_id)
