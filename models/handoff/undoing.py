"""取り消す: for ten seconds an acknowledgement can be undone, and nobody outside hears of it.

Only when its time is over do its words go out; whatever is done to the note before that lets them
go at once. An undo gives back what was there before, and deletes the words: nothing shows them but
the form of whoever said them (`undone`).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit
from models.audit import AuditLine
from models.delivery import Delivery, DeliveryState
from models.errors import NotAllowed
from models.handoff import storms, undone
from models.handoff.transitions import State, Verb
from models.handoff.undone import Undone
from models.inbox import InboxEntry
from models.reply import Reply, ReplyKind
from models.town_time import local_date

if TYPE_CHECKING:
    from models.handoff.entity import Handoff
    from models.person import Person

UNDO = dt.timedelta(seconds=10)
RELEASE = UNDO + dt.timedelta(seconds=1)
"""When it goes out: an undo that began in the last instant is committed by then."""
_WRITTEN = UNDO + dt.timedelta(milliseconds=500)
"""By when an undo is written. The rest is for its commit, and for hosts whose clocks differ."""
_TIMES = ("opened_at", "watch_at", "last_at")
CLAIMED = "claimed"
"""Kept as long as who acknowledged has it by that alone: then an undo takes it back."""
_VOID = "void"
_GONE = "desk.undo.gone"
_TOO_LATE = "note.problem.too_late_to_take_back"


def kept(handoff: Handoff) -> dict[str, Any]:
    """What an acknowledgement is about to change, for its undo; the rest was empty."""
    times = {name: getattr(handoff, name) for name in _TIMES}
    by = handoff.last_by_id
    return {
        **{name: None if at is None else at.isoformat() for name, at in times.items()},
        "is_warned": handoff.is_warned,
        "last_by_id": None if by is None else str(by),
    }


class Undoing:
    """The undo of an acknowledgement; mixed into Handoff."""

    def undo(
        self, by: Person, clock: Callable[[], dt.datetime], *, is_of_several: bool = False
    ) -> bool:
        """Take one's acknowledgement back, of which nobody was told.

        Gives whether it said more than one tap does, and waits to be said better. It is a row of
        its own then; one of several waits as it did with others of its place. The time counts once
        the row is held, and again when all is written. Raises NotAllowed where it went out,
        something was done since, or somebody else acknowledged.
        """
        handoff = _self(self)
        handoff.lock_unmoved()
        at = handoff.last_at
        if handoff.can(Verb.UNDO):
            _refuse(handoff, by, clock())
        said = handoff.void(by, clock())
        handoff.before = undone.sealed(handoff, by.id, said, local_date(at))
        if is_of_several:
            storms.join(handoff.session, handoff)
        handoff.session.flush()
        if clock() >= at + _WRITTEN:
            raise NotAllowed(_GONE)
        return handoff.before is not None

    def undone_by(self, person_id: uuid.UUID | None) -> Undone | None:
        """What this person undid, to be said better; None once the note was acknowledged."""
        return undone.opened(_self(self), person_id)

    def may_undo(self, by_id: uuid.UUID, now: dt.datetime) -> bool:
        """Whether this person can undo the acknowledgement now."""
        handoff = _self(self)
        is_last = _waits(handoff) and handoff.last_by_id == by_id
        return is_last and now < handoff.last_at + UNDO

    def void(self, by: Person | None, now: dt.datetime, act: str = "") -> Undone:
        """Put back what was there before the acknowledgement; its words and deliveries are gone.

        `act`: what it is in the audit, where nobody undid it and its writer did not take it back.
        Raises NotAllowed where its reporter has read it, or the worker has a delivery of it.
        """
        handoff = _self(self)
        handoff._step(Verb.UNDO)
        said = _delete(handoff, _GONE if by is not None else _TOO_LATE)
        _give_back(handoff)
        audit.record(
            handoff.session,
            act or (Verb.UNDO.value if by is not None else _VOID),
            handoff,
            now=now,
            by=None if by is None else by.id,
            desk_id=handoff.desk_id,
        )
        return said

    def go_out(self, now: dt.datetime) -> None:
        """Something follows the acknowledgement: its words go first, and cannot be undone.

        What was undone waits on while the note does.
        """
        handoff = _self(self)
        if handoff.before is None or handoff.state is State.SENT:
            return
        is_withheld, handoff.before = handoff.is_withheld(now), None
        if is_withheld:
            _release(handoff, now)

    def is_withheld(self, now: dt.datetime) -> bool:
        """Whether its reporter is told nothing yet of the acknowledgement."""
        handoff = _self(self)
        return _waits(handoff) and now < handoff.last_at + RELEASE

    def is_unread_before(self) -> bool:
        """Whether an acknowledgement that can be undone is all that anybody read of it."""
        handoff = _self(self)
        return _waits(handoff) and _before(handoff)["opened_at"] is None

    def read_before(self, by: Person, now: dt.datetime) -> None:
        """Somebody reads it meanwhile: an undo gives that back, too."""
        handoff = _self(self)
        read = {"opened_at": now.isoformat(), "last_at": now.isoformat(), "last_by_id": str(by.id)}
        handoff.before = {**(handoff.before or {}), **read}
        audit.record(
            handoff.session, Verb.OPEN.value, handoff, now=now, by=by.id, desk_id=handoff.desk_id
        )

    def told_at(self, rung: str, now: dt.datetime) -> dt.datetime | None:
        """When it reached a rung of the ladder, as far as the reporter is told of it."""
        handoff = _self(self)
        if handoff.is_withheld(now):
            return _before(handoff)["opened_at"] if rung == "opened" else None
        at: dt.datetime | None = getattr(handoff, f"{rung}_at")
        return at

    def is_untouched(self, now: dt.datetime) -> bool:
        """Whether nobody has read it or done anything to it, as far as the reporter is told."""
        handoff = _self(self)
        if handoff.is_withheld(now):
            before = _before(handoff)
            return before["opened_at"] is None and before["last_by_id"] is None
        return handoff.opened_at is None and handoff.last_by is None


def voided(session: Session, ids: Iterable[uuid.UUID], by_id: uuid.UUID) -> set[uuid.UUID]:
    """Which of these notes their writers took back before this person's answer went out."""
    of = AuditLine.object_kind == "handoff", AuditLine.object_id.in_([str(one) for one in ids])
    own = sa.select(AuditLine.object_id).where(
        *of, AuditLine.act == Verb.ACKNOWLEDGE.value, AuditLine.actor_id == by_id
    )
    found = sa.select(AuditLine.object_id).where(*of, AuditLine.act == _VOID)
    return {uuid.UUID(one) for one in session.scalars(found.where(AuditLine.object_id.in_(own)))}


def _refuse(handoff: Handoff, by: Person, now: dt.datetime) -> None:
    """Raise why this acknowledgement cannot be undone, if so."""
    if handoff.acknowledged_at is None or now >= handoff.acknowledged_at + UNDO:
        raise NotAllowed(_GONE)
    if handoff.before is None:
        raise NotAllowed("desk.undo.followed")
    if handoff.last_by_id != by.id:
        raise NotAllowed("desk.undo.others")


def _delete(handoff: Handoff, late: str) -> Undone:
    """Delete the words with their place in the inbox and their deliveries, all held first."""
    session = handoff.session
    reply = session.scalars(_words_of(handoff)).one()
    entry = sa.select(InboxEntry.read_at).where(InboxEntry.reply_id == reply.id)
    if session.scalars(entry.with_for_update()).one() is not None:
        raise NotAllowed(late)
    deliveries = sa.select(Delivery).where(Delivery.reply_id == reply.id)
    held = deliveries.with_for_update().execution_options(populate_existing=True)
    if any(
        one.lease_token or one.state is not DeliveryState.QUEUED for one in session.scalars(held)
    ):
        raise NotAllowed(late)
    assert handoff.next_on is not None
    said = Undone(reply.said, handoff.next_on)
    session.execute(sa.delete(Reply).where(Reply.id == reply.id))
    session.expire(handoff.thread, ["replies"])
    return said


def _give_back(handoff: Handoff) -> None:
    before = _before(handoff)
    if CLAIMED in before:
        handoff.claimed_by_id, handoff.claim_at = None, before.pop(CLAIMED)
    for name, value in before.items():
        setattr(handoff, name, value)
    handoff.acknowledged_at = handoff.next_on = handoff.before = None
    handoff.session.expire(handoff, ["last_by"])


def _release(handoff: Handoff, now: dt.datetime) -> None:
    session, words = handoff.session, _words_of(handoff).with_only_columns(Reply.id)
    session.execute(
        sa.update(InboxEntry).where(InboxEntry.reply_id.in_(words)).values(arrived_at=now)
    )
    owed = sa.update(Delivery).where(
        Delivery.reply_id.in_(words), Delivery.release_at > now, Delivery.settled_at.is_(None)
    )
    session.execute(owed.values(release_at=now, next_at=now))


def _words_of(handoff: Handoff) -> sa.Select[Reply]:
    return sa.select(Reply).where(
        Reply.handoff_id == handoff.id, Reply.kind == ReplyKind.ACKNOWLEDGEMENT
    )


def _waits(handoff: Handoff) -> bool:
    """Whether an acknowledgement stands there that nothing followed."""
    return handoff.before is not None and not undone.is_sealed(handoff.before)


def _before(handoff: Handoff) -> dict[str, Any]:
    """What `kept` wrote down, in the types of the columns."""
    written = handoff.before or {}
    names = [name for name in (*_TIMES, CLAIMED) if name in written]
    times = {name: written[name] and dt.datetime.fromisoformat(written[name]) for name in names}
    by = written["last_by_id"]
    return {**written, **times, "last_by_id": by and uuid.UUID(by)}


def _self(mixed: Undoing) -> Handoff:
    return cast("Handoff", mixed)
