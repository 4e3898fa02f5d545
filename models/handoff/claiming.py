"""担当: who of the owning desk has it. The desk owes the answer all the same.

The reporter is told nothing of it, so that it neither follows an acknowledgement nor counts as
something that was done to the note; it ends with the desk's own obligation.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any, cast

from models import audit, staff_lock, telling
from models.errors import Claimed, Invalid
from models.handoff import storms
from models.handoff.transitions import State, Verb
from models.handoff.undoing import CLAIMED
from models.membership import reader_ids
from models.person import Person

if TYPE_CHECKING:
    from models.handoff.entity import Handoff


class Claiming:
    """Verbs of who has it; mixed into Handoff."""

    def claim(self, by: Person, now: dt.datetime, had: uuid.UUID | None = None) -> None:
        """わたしが担当します. `had`: whose it is to their knowledge, nobody's without.

        Done twice it is done once. Raises Claimed where somebody else has it by now.
        """
        _give(_self(self), Verb.CLAIM, by, by, now, had)

    def assign(
        self, by: Person, to: Person, now: dt.datetime, had: uuid.UUID | None = None
    ) -> None:
        """Give it to a colleague, who is told; `had` and what it raises as for `claim`.

        Raises Invalid for whoever may not read it at this desk.
        """
        if by.id == to.id:
            self.claim(by, now, had)
        elif _give(_self(self), Verb.ENTRUST, by, to, now, had):
            telling.assigned(_self(self), to.id, now)

    def put_down(self, by: Person, now: dt.datetime) -> None:
        """担当をはずれる: nobody has it any more. Raises Claimed where it is somebody else's."""
        handoff = _self(self)
        handoff._step(Verb.PUT_DOWN)
        if handoff.claimed_by_id is None:
            return
        _refuse(handoff, by.id)
        _change(handoff, Verb.PUT_DOWN.value, None, now, by)

    def end_claim(self, now: dt.datetime) -> None:
        """Whoever had it stands at this desk no more, or reads there no more what is sealed."""
        handoff = _self(self)
        _change(handoff, "end_claim", None, now)

    def _hold_staff(self) -> None:
        """Nobody leaves the desk meanwhile: staff first, the row second, as everybody does it."""
        handoff = _self(self)
        staff_lock.share(handoff.session, handoff.desk)

    def _falls_to(self, by: Person, now: dt.datetime) -> dict[str, Any]:
        """Let who acknowledges have what nobody has; gives what an undo has to know of it."""
        handoff = _self(self)
        if handoff.claimed_by_id is not None or not _may_have(handoff, by):
            return {}
        earlier_at = handoff.claim_at
        handoff.claimed_by_id, handoff.claim_at = by.id, now
        return {CLAIMED: earlier_at and earlier_at.isoformat()}


def _give(
    handoff: Handoff, verb: Verb, by: Person, to: Person, now: dt.datetime, had: uuid.UUID | None
) -> bool:
    """Whether it changed hands; False where `to` has it already."""
    handoff._hold_staff()
    handoff._step(verb)
    if handoff.claimed_by_id == to.id:
        return False
    if handoff.claimed_by_id is not None:
        _refuse(handoff, had)
    if not _may_have(handoff, to):
        raise Invalid("desk.problem.need_colleague", "to_person")
    _change(handoff, verb.value, to.id, now, by)
    return True


def _may_have(handoff: Handoff, person: Person) -> bool:
    about, sealed = handoff.thread_id, handoff.is_sealed
    return person.id in reader_ids(handoff.session, handoff.desk_id, sealed=sealed, about=about)


def _change(
    handoff: Handoff,
    act: str,
    to: uuid.UUID | None,
    now: dt.datetime,
    by: Person | None = None,
) -> None:
    """The line names whose it is from now on, or whose it was."""
    if to is not None and handoff.state is State.SENT:
        storms.leave(handoff)
    whose, handoff.claimed_by_id, handoff.claim_at = to or handoff.claimed_by_id, to, now
    if handoff.before is not None:
        handoff.before = {k: v for k, v in handoff.before.items() if k != CLAIMED}
    audit.record(
        handoff.session,
        act,
        handoff,
        now=now,
        by=by.id if by else None,
        desk_id=handoff.desk_id,
        to=whose,
    )


def _refuse(handoff: Handoff, known_id: uuid.UUID | None) -> None:
    """Raise whose it is, where it is not theirs of whom is known that they have it."""
    if handoff.claimed_by_id != known_id:
        raise Claimed(name=handoff.session.get_one(Person, handoff.claimed_by_id).name)


def _self(mixed: Claiming) -> Handoff:
    return cast("Handoff", mixed)
