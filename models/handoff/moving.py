"""How an obligation changes desks; at every instant exactly one desk owns the thread."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, cast

from models import audit, deadline, mirror, routing, telling, together
from models.errors import Invalid, NotAllowed
from models.handoff import storms
from models.handoff.owing import bring_forward, give, moved_due_at, owe
from models.handoff.transitions import Outcome, State, Verb
from models.reply import InsideNote, Reply, ReplyKind, Said
from models.unreached import settle_for_staff

if TYPE_CHECKING:
    from models.desk import Desk
    from models.handoff.entity import Handoff
    from models.person import Person

TAKE_BACK_MINUTES = 10


class Moving:
    """Verbs that change the owner; mixed into Handoff."""

    def pass_on(self, by: Person, to: Desk, reason: str, now: dt.datetime) -> Handoff:
        """Hand the thread to another desk: a new handoff takes this one's place.

        Where that desk has nobody, its backup gets it. The reason is for the desks; the reporter
        is told where it is now. Raises Invalid for the own desk, for one in whose place it stands,
        and for sealed threads, which leave the sealed team for no desk.
        """
        handoff = _self(self)
        about = handoff.thread_id
        chosen, to = to, routing.ready(handoff.session, to, handoff.urgency, about)
        if to.id == handoff.desk_id and chosen.id != to.id:
            raise Invalid("desk.problem.stands_in", "desk", desk=chosen.name)
        if to.id == handoff.desk_id:
            raise Invalid("desk.problem.same_desk", "desk")
        if handoff.is_sealed:
            raise Invalid("desk.problem.sealed_stays", "desk")
        handoff._step(Verb.PASS_ON)
        handoff._did(Verb.PASS_ON, by, now)
        following = _follow(handoff, to, now)
        InsideNote.write(following, by, reason, now)
        if not handoff.thread.is_guarded:
            _say_passed(handoff, by, to, now)
        telling.new_note(following, now)
        return following

    def return_back(self, by: Person, reason: str, now: dt.datetime) -> Handoff:
        """Give back what another desk passed on; its handoff opens again with a new deadline.

        Raises NotAllowed where nobody passed it on. The reporter's ladder does not change.
        """
        handoff = _self(self)
        earlier = handoff.came_from
        if handoff.is_sealed:
            raise NotAllowed("desk.problem.sealed_stays")
        if earlier is None or not handoff.goes_back():
            raise NotAllowed("desk.problem.not_passed_on")
        # Staff first, the rows second, as everybody takes them who gives a desk something.
        about = handoff.thread_id
        to = routing.ready(handoff.session, earlier.desk, earlier.urgency, about)
        handoff._step(Verb.RETURN_BACK)
        handoff._did(Verb.RETURN_BACK, by, now)
        handoff.closed_at = now
        verb = Verb.REOPEN if earlier.acknowledged_at is None else Verb.RESUME
        earlier._step(verb)
        give(earlier, to)
        # What this desk made of the mark counts, not what the other once thought.
        earlier.doubt, earlier.is_marked = handoff.doubt, handoff.is_marked
        owe(earlier, now)
        bring_forward(earlier, earlier.due_at, now)
        earlier._did(verb, by, now)
        InsideNote.write(earlier, by, reason, now)
        telling.new_note(earlier, now)
        return earlier

    def place(self, by: Person, to: Desk, now: dt.datetime) -> None:
        """A person at the core gives a held note to the desk that should have it, unread by it.

        Where that desk has nobody, its backup gets it. Raises Invalid for sealed threads, which
        the sealed team places nowhere but at the core.
        """
        handoff = _self(self)
        if handoff.is_sealed and not to.is_core:
            raise Invalid("desk.problem.sealed_stays", "desk")
        to = routing.ready(handoff.session, to, handoff.urgency, handoff.thread_id)
        handoff._step(Verb.PLACE)
        give(handoff, to)
        handoff.held_reason = handoff.opened_at = None
        owe(handoff, now)
        handoff._did(Verb.PLACE, by, now)
        telling.new_note(handoff, now)

    def hand_to_backup(self, backup: Desk, now: dt.datetime) -> None:
        """The owner can no longer answer: the backup owns it, with a new deadline.

        A date that was named stays, and is minded from the start: its new owner has heard nothing.
        """
        handoff = _self(self)
        is_of_many, since = storms.is_of_many(handoff), together.stood_since(handoff)
        handoff._step(Verb.HAND_TO_BACKUP)
        give(handoff, backup)
        if handoff.state is State.SENT:
            owe(handoff, now, is_of_many=is_of_many)
        elif handoff.next_on is not None:
            handoff._promise(handoff.next_on)
        handoff._did(Verb.HAND_TO_BACKUP, None, now)
        telling.came_over(handoff, since, now)

    def leave_to(self, heir: Desk, now: dt.datetime) -> None:
        """Nobody at the desk where it ended hears of it any more: the heir does, and telephones.

        When it ended stays, so that the thread still knows which handoff ended last.
        """
        handoff = _self(self)
        handoff.lock()
        give(handoff, heir)
        audit.record(handoff.session, Verb.HAND_TO_BACKUP.value, handoff, now=now, desk_id=heir.id)

    def change_seal(self, to: Desk, now: dt.datetime, *, sealed: bool) -> None:
        """Sealed or unsealed, another desk has it whole, and owes it by a new deadline.

        For `sealing`, which has its rows on hold and sees to all that points at it. What could be
        undone cannot be any more.
        """
        handoff = _self(self)
        handoff.is_sealed, handoff.before = sealed, None
        give(handoff, to)
        handoff.claim_at = None
        if handoff.acknowledged_at is None and handoff.is_open:
            owe(handoff, now)
        elif handoff.is_open:
            bring_forward(handoff, moved_due_at(handoff, to, now), now)

    def escalate(self, backup: Desk, now: dt.datetime) -> None:
        """Nobody acknowledged in time: the backup owns it, with a new deadline; both are told.

        Raises NotAllowed for sealed threads, which leave the sealed team for no desk.
        """
        handoff = _self(self)
        if handoff.is_sealed:
            raise NotAllowed("desk.problem.sealed_stays")
        is_of_many, since = storms.is_of_many(handoff), together.stood_since(handoff)
        handoff._step(Verb.ESCALATE)
        earlier = handoff.desk_id
        mirror.left(handoff, now)
        give(handoff, backup)
        owe(handoff, now, is_of_many=is_of_many)
        handoff._did(Verb.ESCALATE, None, now)
        telling.came_over(handoff, since, now)
        telling.moved_on(handoff, earlier, since, now)

    def may_take_back(self, now: dt.datetime) -> bool:
        """Whether the writer may take the note back: ten minutes, while nobody opened it."""
        handoff = _self(self)
        fresh = now - handoff.sent_at <= dt.timedelta(minutes=TAKE_BACK_MINUTES)
        return fresh and handoff.is_untouched(now) and handoff.step == 1 and handoff.is_open

    def take_back(self, now: dt.datetime) -> None:
        """The writer takes the note back, and no staff are told of it any more.

        An acknowledgement that has not gone out is void; its household is left by the caller
        (`speech`), whose lock goes before the row's. Raises NotAllowed once the note was
        opened, as far as its writer is told, or is older.
        """
        handoff = _self(self)
        handoff.lock()
        if not handoff.may_take_back(now):
            raise NotAllowed("note.problem.too_late_to_take_back")
        if handoff.is_withheld(now):
            handoff.void(None, now)
        handoff._step(Verb.TAKE_BACK)
        handoff.outcome, handoff.closed_at = Outcome.TAKEN_BACK, now
        handoff._did(Verb.TAKE_BACK, None, now)
        settle_for_staff(handoff.session, handoff_id=handoff.id, now=now)


def _say_passed(handoff: Handoff, by: Person, to: Desk, now: dt.datetime) -> None:
    said = Said("passed", desk=to.name)
    reply = Reply.to_reporter(handoff, ReplyKind.PASSED, by, said, now)
    telling.reply(handoff, reply.id, now)


def _follow(handoff: Handoff, to: Desk, now: dt.datetime) -> Handoff:
    """The next handoff of the thread, owned by `to`."""
    due_at = moved_due_at(handoff, to, now)
    following = type(handoff)(
        id=uuid.uuid4(),
        thread=handoff.thread,
        step=handoff.thread.handoffs[-1].step + 1,
        desk=to,
        area_id=handoff.area_id,
        from_id=handoff.id,
        state=State.SENT,
        is_open=True,
        is_sealed=handoff.is_sealed,
        chosen=handoff.chosen,
        urgency=handoff.urgency,
        rank=handoff.rank,
        raised_why=handoff.raised_why,
        is_marked=handoff.is_marked,
        is_beyond=handoff.is_beyond,
        doubt=handoff.doubt,
        place_token=handoff.place_token,
        sent_at=now,
        last_at=now,
        due_at=due_at,
        watch_at=deadline.warn_at(due_at, now),
    )
    handoff.session.add(following)
    storms.join(handoff.session, following)
    return following


def _self(mixed: Moving) -> Handoff:
    return cast("Handoff", mixed)
