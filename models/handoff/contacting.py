"""Calls and visits: written down for the desk, and answers told by telephone."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, cast

from models import audit
from models.contact import OLDEST, ContactKind
from models.errors import Invalid
from models.reply import InsideNote
from models.unreached import settle

if TYPE_CHECKING:
    from models.handoff.entity import Handoff
    from models.person import Person


class Contacting:
    """Verbs that tell the reporter nothing in the thread; mixed into Handoff."""

    @property
    def number(self) -> str | None:
        """At which the desk that has the thread now may tell its reporter answers."""
        handoff = _self(self)
        return handoff.thread.reporter.telephone if handoff.thread.handoff is handoff else None

    def log_contact(
        self,
        by: Person,
        kind: ContactKind,
        now: dt.datetime,
        *,
        at: dt.datetime | None = None,
        words: str = "",
    ) -> InsideNote:
        """Write down a call or a visit at `at` (default: now), for the desk alone.

        Changes no state. Raises Invalid for a moment ahead, or more than a year ago.
        """
        handoff = _self(self)
        at = at or now
        if not now - OLDEST <= at <= now:
            raise Invalid("desk.problem.contact_at", "contact_at")
        note = InsideNote.write(handoff, by, words, now, contact=kind, contact_at=at)
        handoff.go_out(now)
        _record(handoff, "log_contact", by, now)
        return note

    def tell_by_telephone(self, by: Person, now: dt.datetime) -> None:
        """電話しました: the reporter heard the replies from the desk, so nothing more is tried."""
        handoff = _self(self)
        handoff.lock_unmoved()
        handoff.go_out(now)
        settle(handoff.session, thread_id=handoff.thread_id, now=now)
        _record(handoff, "tell_by_telephone", by, now)

    def miss_by_telephone(self, by: Person, now: dt.datetime) -> InsideNote:
        """The reporter did not answer the telephone: the call stays owed, and the try is kept."""
        handoff = _self(self)
        handoff.lock_unmoved()
        handoff.go_out(now)
        missed = ContactKind.NO_ANSWER
        note = InsideNote.write(handoff, by, "", now, contact=missed, contact_at=now)
        _record(handoff, "miss_by_telephone", by, now)
        return note


def _record(handoff: Handoff, act: str, by: Person, now: dt.datetime) -> None:
    audit.record(handoff.session, act, handoff, now=now, by=by.id, desk_id=handoff.desk_id)


def _self(mixed: Contacting) -> Handoff:
    return cast("Handoff", mixed)
