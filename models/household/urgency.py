"""Weak notes about one household raise each other: that is what early notice is for.

The rule is that of one place: two reporters or three signs within fourteen days. It is asked anew
whenever notes are gathered or a gathering is undone, so that it holds in whatever order.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session, joinedload, selectinload

from models import audit, deadline, raising, telling
from models.delivery import DeliveryKind
from models.errors import Unreadable
from models.handoff import Handoff, Outcome, State, storms
from models.handoff.entity import owed_at
from models.household import past_door
from models.household.entity import Raise, members
from models.household.past_door import instant
from models.household.voices import people
from models.thread import Thread
from models.unreached import drop_unsent
from models.urgency import BY_HOUSEHOLD, Urgency, raised

_BY_TWO = f"{BY_HOUSEHOLD}two_reporters"


@dataclass(frozen=True)
class _Voice:
    """A note of the household, as far as it raises another."""

    thread: Thread
    at: dt.datetime
    signs: tuple[str, ...]


def settle(session: Session, thread: Thread, now: dt.datetime) -> None:
    """Raise what the household of a note raises now, and give back what it no longer does.

    For whoever has the household on hold (`gathering.hold`).
    """
    session.flush()
    ids = members(session, thread.id, sealed=True)
    voices = [_voice(one) for one in _threads(session, ids)]
    alone = {one.thread.id: members(session, one.thread.id, sealed=False) for one in voices}
    earlier = {row.handoff_id: row for row in _raises(session, ids)}
    for voice in voices:
        _inherit(session, voice.thread, earlier)
        heard = [one for one in voices if _is_heard(voice, one, alone[voice.thread.id])]
        for handoff in voice.thread.handoffs:
            why = _why(handoff, voice, heard, is_raised=handoff.id in earlier)
            _settle(session, handoff, why, earlier.get(handoff.id), now)


def _inherit(session: Session, thread: Thread, earlier: dict[uuid.UUID, Raise]) -> None:
    """What was passed on raised is raised by the household alone at the next desk, too."""
    origin = dict(earlier)
    for handoff in thread.handoffs:
        of = origin.get(handoff.from_id) if handoff.from_id else None
        if of is None or handoff.id in earlier or handoff.raised_why != of.after["raised_why"]:
            continue
        origin[handoff.id] = of
        if not past_door.waits(handoff):
            continue
        after = {**_stand(handoff), "state": State.SENT.value}
        before = {**after, "urgency": of.before["urgency"], "raised_why": of.before["raised_why"]}
        earlier[handoff.id] = Raise(handoff_id=handoff.id, before=before, after=after)
        session.add(earlier[handoff.id])
    session.flush()


def _threads(session: Session, ids: Iterable[uuid.UUID]) -> Sequence[Thread]:
    """As they stand now that their rows are held."""
    wanted = sa.select(Thread).where(Thread.id.in_(ids)).order_by(Thread.id)
    needed = (joinedload(Thread.observation), joinedload(Thread.reporter))
    wanted = wanted.options(*needed, selectinload(Thread.handoffs))
    return session.scalars(wanted.execution_options(populate_existing=True)).all()


def _raises(session: Session, ids: Iterable[uuid.UUID]) -> Sequence[Raise]:
    here = sa.select(Handoff.id).where(Handoff.thread_id.in_(ids))
    return session.scalars(sa.select(Raise).where(Raise.handoff_id.in_(here))).all()


def _voice(thread: Thread) -> _Voice:
    note = thread.observation
    try:
        signs = tuple(note.body.get("signs", ()))
    except Unreadable:
        signs = ()
    return _Voice(thread, note.received_at, signs)


def _is_heard(voice: _Voice, other: _Voice, plain: frozenset[uuid.UUID]) -> bool:
    """Near in time; and no sealed note raises one that is not, nor holds others together for it."""
    if voice is other or abs(voice.at - other.at) > raising.WITHIN:
        return False
    if any(each.outcome is Outcome.TAKEN_BACK for each in other.thread.handoffs):
        return False
    return voice.thread.is_sealed or other.thread.id in plain


def _why(handoff: Handoff, voice: _Voice, heard: list[_Voice], *, is_raised: bool) -> list[str]:
    """The reasons for which it is raised; none for good news and for what was raised before."""
    may_return = is_raised and past_door.waits(handoff)
    if not (handoff.is_open or may_return) or handoff.state is State.HELD or not heard:
        return []
    if not is_raised and (handoff.urgency.is_hurried or handoff.raised_why):
        return []
    worries = raising.count(voice.signs)
    if voice.signs and not worries:
        return []
    worries += sum(raising.count(one.signs) for one in heard)
    # Who left since it was raised is still another voice; who left before may be the same one.
    was_by_two = is_raised and _BY_TWO in handoff.raised_why
    told = [one.thread.reporter for one in (voice, *heard)]
    number = people([(one.token, one.is_forgotten) for one in told], left=int(was_by_two))
    return raising.reasons(worries, int(number > 1), BY_HOUSEHOLD)


def _settle(
    session: Session, handoff: Handoff, why: list[str], earlier: Raise | None, now: dt.datetime
) -> None:
    if earlier is not None and why:
        _say(handoff, why, earlier, now)
    elif earlier is not None:
        _give_back(handoff, earlier, now)
    elif why:
        _raise(session, handoff, why, now)


def _say(handoff: Handoff, why: list[str], earlier: Raise, now: dt.datetime) -> None:
    if handoff.raised_why != why and _is_untouched(handoff, earlier):
        handoff.raised_why = why
        earlier.after = {**earlier.after, "raised_why": why}
        _record("household_reason", handoff, now)


def _raise(session: Session, handoff: Handoff, why: list[str], now: dt.datetime) -> None:
    """One step; what its desk does not take any more is given to whoever stands behind it."""
    handoff.go_out(now)
    storms.leave(handoff)
    before = _stand(handoff)
    handoff.urgency, handoff.raised_why = raised(handoff.urgency), why
    handoff.rank, handoff.claim_at = -handoff.urgency.rank, now
    _record("household_raise", handoff, now)
    if not handoff.desk.takes(handoff.urgency):
        before |= past_door.go(session, handoff, now)
    if before["desk"] == str(handoff.desk_id):
        _owe_sooner(handoff, now)
    session.add(Raise(handoff_id=handoff.id, before=before, after=_stand(handoff)))


def _owe_sooner(handoff: Handoff, now: dt.datetime) -> None:
    """What nobody has acknowledged is owed as if it had come now, never later.

    Its desk, which need not be the one that gathered, hears of what is hurried now.
    """
    if handoff.state is not State.SENT:
        return
    due_at = owed_at(handoff.desk, handoff.urgency, now)
    handoff.last_at = now
    if due_at < handoff.due_at:
        handoff.due_at, handoff.is_warned = due_at, False
        handoff.watch_at = deadline.warn_at(due_at, now)
    if handoff.urgency.is_hurried:
        telling.raised(handoff, now)


def _give_back(handoff: Handoff, earlier: Raise, now: dt.datetime) -> None:
    """What was before, at the desk that had it; what somebody acted upon stays as they met it.

    A deadline that the watch set since, and what it has told, are no part of the raise, and stay.
    An acknowledgement that can still be undone goes out first: undone later, it would leave the
    note raised by what is no more.
    """
    handoff.go_out(now)
    if _is_untouched(handoff, earlier):
        before, was_moved = earlier.before, _stand(handoff)["last_at"] != earlier.after["last_at"]
        home = past_door.comes_home(handoff, earlier, now)
        _record("household_lower", handoff, now)
        handoff.urgency = Urgency(before["urgency"])
        handoff.rank, handoff.raised_why = -handoff.urgency.rank, before["raised_why"]
        if home is not None:
            past_door.come_home(handoff, home, earlier, now)
        elif not past_door.went(earlier):
            _untell(handoff, earlier)
            _owe_as_before(handoff, earlier, now)
        handoff.last_at = handoff.last_at if was_moved else instant(before["last_at"])
        handoff.claim_at = now
        storms.settle(handoff)
    handoff.session.delete(earlier)


def _untell(handoff: Handoff, earlier: Raise) -> None:
    """The word of the raise is not sent any more, but what the worker has in hand.

    What was passed on raised was told as it came.
    """
    told_at = earlier.after["last_at"]
    if told_at != earlier.before["last_at"]:
        drop_unsent(handoff.session, handoff.id, DeliveryKind.NEW_NOTE, instant(told_at))


def _owe_as_before(handoff: Handoff, earlier: Raise, now: dt.datetime) -> None:
    """The deadline that the raise took, where it is still that one and not past already."""
    stand, before, after = _stand(handoff), earlier.before, earlier.after
    is_as_raised = all(stand[name] == after[name] for name in ("due_at", "desk"))
    if not is_as_raised or before["due_at"] == after["due_at"]:
        return
    handoff.due_at = instant(before["due_at"])
    if now < handoff.due_at:
        handoff.watch_at, handoff.is_warned = instant(before["watch_at"]), before["is_warned"]


def _is_untouched(handoff: Handoff, earlier: Raise) -> bool:
    """Whether no person has done anything to it since but read what still waits.

    What waits is moved by nobody but the watch, or because its desk emptied.
    """
    stand, after = _stand(handoff), earlier.after
    if past_door.waits(handoff) and after["state"] == State.SENT.value:
        same = {"urgency", "raised_why"}
    else:
        same = stand.keys() - {"is_warned", "watch_at"}
    return all(stand[name] == after[name] for name in same)


def _stand(handoff: Handoff) -> dict[str, Any]:
    """What a raise changes, and by what one sees that something followed it."""
    times = {name: getattr(handoff, name) for name in ("due_at", "watch_at", "last_at")}
    return {
        **{name: None if at is None else at.isoformat() for name, at in times.items()},
        "urgency": handoff.urgency.value,
        "raised_why": list(handoff.raised_why),
        "is_warned": handoff.is_warned,
        "state": handoff.state.value,
        "desk": str(handoff.desk_id),
    }


def _record(act: str, handoff: Handoff, now: dt.datetime) -> None:
    audit.record(handoff.session, act, handoff, now=now, desk_id=handoff.desk_id)
