"""しるし: a person doubts a note; it is sorted last in its urgency, and nothing else changes.

Neither its deadline nor who did something last is touched, so that its reporter cannot see it.
"""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING, cast

from models import audit
from models.errors import NotAllowed
from models.handoff import storms
from models.reply import InsideNote

if TYPE_CHECKING:
    from models.handoff.entity import Handoff
    from models.person import Person


class Doubt(StrEnum):
    """How a note looks to a desk; for the desks alone."""

    NOT_SO = "not_so"
    TO_TROUBLE = "to_trouble"
    AGAIN = "again"


class Doubting:
    """The mark and its removal; mixed into Handoff."""

    def mark(self, by: Person, doubt: Doubt, words: str, now: dt.datetime) -> None:
        """Sort it last in its urgency, for a reason and with own words for colleagues, if any.

        Raises NotAllowed where it ended or belongs to another desk by now.
        """
        handoff = _self(self)
        handoff.lock_unmoved()
        if not handoff.is_open:
            name = handoff.last_by.name if handoff.last_by else ""
            raise NotAllowed(name=name, state=handoff.state.value, at=handoff.last_at)
        if words:
            # Past `note_inside`, before which a withheld acknowledgement would go out.
            InsideNote.write(handoff, by, words, now)
        elif handoff.doubt is doubt:
            return
        handoff.doubt, handoff.is_marked, handoff.claim_at = doubt, True, now
        storms.settle(handoff)
        _record(handoff, "mark", by, now)

    def unmark(self, by: Person, now: dt.datetime) -> None:
        """Take the mark away; what came beyond the limits stays last in its urgency.

        Raises NotAllowed where it belongs to another desk by now.
        """
        handoff = _self(self)
        handoff.lock_unmoved()
        if handoff.doubt is not None:
            handoff.doubt, handoff.is_marked, handoff.claim_at = None, handoff.is_beyond, now
            storms.settle(handoff)
            _record(handoff, "unmark", by, now)


def _record(handoff: Handoff, act: str, by: Person, now: dt.datetime) -> None:
    audit.record(handoff.session, act, handoff, now=now, by=by.id, desk_id=handoff.desk_id)


def _self(mixed: Doubting) -> Handoff:
    return cast("Handoff", mixed)
