"""What a desk does with a handoff it owns: open, acknowledge, ask, act, close."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from models import audit, deadline, mirror, telling
from models.errors import Invalid, NotAllowed
from models.handoff import storms, undoing
from models.handoff.transitions import TRANSITIONS, Outcome, State, Verb
from models.mirror import LineKind
from models.reply import InsideNote, Reply, ReplyKind, Said
from models.town_time import local_date

if TYPE_CHECKING:
    from models.handoff.entity import Handoff
    from models.person import Person


_COUNTED = {Verb.ACKNOWLEDGE: LineKind.ACKNOWLEDGED, Verb.CLOSE: LineKind.CLOSED}
_LAST_NEXT = dt.timedelta(days=366)
_WHOEVER_OWNS = frozenset({Verb.OPEN, Verb.REOPEN, Verb.RESUME})
"""Done from another desk, or by whoever merely reads: the owner may change meanwhile."""
_GIVES_AWAY = frozenset({Verb.HAND_TO_BACKUP, Verb.ESCALATE})
"""After these it waits as before, at another desk."""


class Answering:
    """Verbs that answer; mixed into Handoff."""

    def open(self, by: Person, now: dt.datetime) -> bool:
        """Staff of the owning desk read it; the first reading is a rung of the ladder.

        Gives whether anything changed, so that a door writes only then.
        """
        handoff = _self(self)
        owner = handoff.desk_id, handoff.is_sealed
        handoff._step(Verb.OPEN)
        if not handoff.is_news or (handoff.desk_id, handoff.is_sealed) != owner:
            return False
        if handoff.opened_at is None:
            handoff.opened_at = now
            handoff._did(Verb.OPEN, by, now)
        elif handoff.is_unread_before():
            handoff.read_before(by, now)
        handoff.answered_at = None
        return True

    def acknowledge(
        self, by: Person, said: Said, now: dt.datetime, next_on: dt.date | None = None
    ) -> Reply:
        """受け止めました: a person has it; carries a next date, 14 days where none is named.

        For ten seconds it can be undone, and until then its reporter is told nothing of it.
        What nobody has is theirs from now on. Raises Invalid for a next date that has gone by or
        lies more than a year ahead.
        """
        handoff = _self(self)
        handoff._hold_staff()
        handoff._step(Verb.ACKNOWLEDGE)
        before = undoing.kept(handoff) | handoff._falls_to(by, now)
        handoff.opened_at = handoff.opened_at or now
        handoff.acknowledged_at = now
        handoff._promise(_next_on(next_on, now))
        kind, release_at = ReplyKind.ACKNOWLEDGEMENT, now + undoing.RELEASE
        reply = handoff._say(Verb.ACKNOWLEDGE, kind, by, said, now, release_at)
        handoff.before = before
        return reply

    def ask(self, by: Person, said: Said, now: dt.datetime) -> Reply:
        """Ask the reporter something; changes no state."""
        handoff = _self(self)
        handoff._step(Verb.ASK)
        return handoff._say(Verb.ASK, ReplyKind.QUESTION, by, said, now)

    def reply(
        self, by: Person, said: Said, now: dt.datetime, next_on: dt.date | None = None
    ) -> Reply:
        """A further word to the reporter after the acknowledgement; a date it names is minded.

        Without one the date that was named before stays. What is closed stays closed. Raises
        NotAllowed for what was taken back, and for a date where nobody would mind it any more;
        Invalid for a next date as above.
        """
        handoff = _self(self)
        handoff._step(Verb.REPLY)
        if handoff.outcome is Outcome.TAKEN_BACK:
            raise NotAllowed(name="", state=handoff.state.value, at=handoff.last_at)
        if not handoff.is_open and (next_on is not None or said.names_day):
            raise others_first(handoff)
        if next_on is not None:
            handoff._promise(_next_on(next_on, now))
        return handoff._say(Verb.REPLY, ReplyKind.PROGRESS, by, said, now)

    def act(
        self,
        verb: Verb,
        by: Person,
        said: Said,
        now: dt.datetime,
        *,
        inside: str = "",
        next_on: dt.date | None = None,
    ) -> Reply:
        """Visited, connected, asked to keep watching, or 「自分たちで見守ります」.

        `inside` is kept for the desk alone. Raises NotAllowed before the acknowledgement, and
        Invalid for a next date as above.
        """
        handoff = _self(self)
        handoff._step(verb)
        handoff.working_at = handoff.working_at or now
        handoff._promise(_next_on(next_on, now))
        if inside:
            handoff.note_inside(by, inside, now)
        return handoff._say(verb, ReplyKind.PROGRESS, by, said, now)

    def close(self, by: Person, outcome: Outcome, said: Said, now: dt.datetime) -> Reply:
        """End with an outcome; what may be told is the reply."""
        handoff = _self(self)
        handoff._step(Verb.CLOSE)
        handoff.outcome, handoff.closed_at, handoff.next_on = outcome, now, None
        return handoff._say(Verb.CLOSE, ReplyKind.CLOSING, by, said, now)

    def note_inside(self, by: Person, words: str, now: dt.datetime) -> InsideNote:
        """Write something down for the desk alone; changes no state."""
        handoff = _self(self)
        note = InsideNote.write(handoff, by, words, now)
        handoff.go_out(now)
        audit.record(
            handoff.session, "note_inside", handoff, now=now, by=by.id, desk_id=handoff.desk_id
        )
        return note

    def lock_unmoved(self) -> None:
        """Hold the row for whoever may do something to it because of the desk that owns it.

        Raises NotAllowed, naming who came first, where another desk owns it by now, or the sealed
        team of the same one.
        """
        handoff = _self(self)
        handoff.session.flush()
        owner = handoff.desk_id, handoff.is_sealed
        handoff.lock()
        if (handoff.desk_id, handoff.is_sealed) != owner:
            raise others_first(handoff)

    def _step(self, verb: Verb) -> State:
        """Take a step of the state table; raises NotAllowed, naming who came first."""
        handoff = _self(self)
        if verb in _WHOEVER_OWNS:
            handoff.lock()
        else:
            handoff.lock_unmoved()
        state = TRANSITIONS.get((handoff.state, verb))
        if state is None:
            raise others_first(handoff)
        has_waited = handoff.state is State.SENT
        handoff.state, handoff.is_open = state, state.is_open
        if not state.is_open:
            handoff.watch_at = handoff.claimed_by_id = None
        if has_waited and (state is not State.SENT or verb in _GIVES_AWAY):
            storms.leave(handoff)
        return state

    def _promise(self, next_on: dt.date) -> None:
        """Name the next date; the watch minds it once the day is over."""
        handoff = _self(self)
        handoff.next_on, handoff.is_warned = next_on, False
        handoff.watch_at = deadline.day_after(next_on)

    def _did(self, verb: Verb, by: Person | None, now: dt.datetime) -> None:
        handoff = _self(self)
        handoff.go_out(now)
        handoff.last_at, handoff.last_by = now, by
        audit.record(
            handoff.session,
            verb.value,
            handoff,
            now=now,
            by=None if by is None else by.id,
            desk_id=handoff.desk_id,
        )

    def _say(
        self,
        verb: Verb,
        kind: ReplyKind,
        by: Person,
        said: Said,
        now: dt.datetime,
        release_at: dt.datetime | None = None,
    ) -> Reply:
        handoff = _self(self)
        handoff._did(verb, by, now)
        reply = Reply.to_reporter(handoff, kind, by, said, now, release_at)
        mirror.said(handoff, reply, _COUNTED.get(verb, LineKind.TOLD), now)
        telling.reply(handoff, reply.id, now, release_at)
        return reply


def others_first(handoff: Handoff) -> NotAllowed:
    """What refuses whoever came second: who was first, and what they made of it."""
    name = handoff.last_by.name if handoff.last_by else ""
    return NotAllowed(name=name, state=handoff.state.value, at=handoff.last_at)


def _next_on(named: dt.date | None, now: dt.datetime) -> dt.date:
    today = local_date(now)
    if named is None:
        return deadline.default_next_on(today)
    if not today <= named <= today + _LAST_NEXT:
        raise Invalid("desk.problem.next_on", "next_on")
    return named


def _self(mixed: Answering) -> Handoff:
    return cast("Handoff", mixed)
