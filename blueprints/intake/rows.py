"""One page of a desk's list, its rows opened for reading."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from blueprints import access
from blueprints.access import Permission
from blueprints.intake import claims
from blueprints.intake.calls import Call, calls_of
from blueprints.intake.claims import Claim
from blueprints.noted import Due, Noted, due, noted_of
from models import fielded, listed, paging, queue, storm
from models.base import run
from models.delivery import Delivery
from models.desk import Desk
from models.handoff import Handoff, State
from models.hearing import asks_for_call, tells_of_call
from models.listed import Listed
from models.narrowing import WHOLE, Narrowing
from models.phone import Phone
from models.queue import View
from models.reply import Reply, ReplyKind, Said, opened
from models.unreached import unreached

SAID_ANEW_SECONDS = 300
_ADDITIONS = sa.select(Reply.id, Reply.thread_id, Reply.sealed_said).where(
    Reply.thread_id.in_(sa.bindparam("of", expanding=True)), Reply.kind == ReplyKind.ADDITION
)


@dataclass(frozen=True)
class Row:
    """A handoff with its note."""

    handoff: Listed
    note: Noted
    due: Due
    waits_for_call: bool
    call: Call | None
    """What is owed to be told by telephone, in the list of such calls."""
    claim: Claim | None
    """Who has it; None where nobody does."""
    is_unread: bool
    """A reply of this desk reached nobody, and nobody read it since."""
    others: int = 0
    """How many of its place are folded under it, up to the limit of counts and one more."""

    @property
    def has_badges(self) -> bool:
        """Whether there is anything to say below the words."""
        handoff, note = self.handoff, self.note
        marked = handoff.answered_at or handoff.from_id or handoff.is_sealed or note.came_by
        doubted = handoff.doubt or handoff.is_beyond
        seen = self.waits_for_call or self.is_unread or note.is_good_news
        return bool(marked or doubted or self.claim) or seen


@dataclass(frozen=True)
class Rows:
    """One page; `after` is where the next begins, empty on the last."""

    rows: list[Row]
    after: str
    looked: int | None = None
    """How many were opened, where a list is narrowed by what stands inside and more may follow."""

    @property
    def has_several(self) -> bool:
        """Whether there is more than one that a tap may acknowledge together with others."""
        return sum(row.handoff.urgency.is_taken_with_others for row in self.rows) > 1


def rows_of(
    desk: Desk,
    view: View,
    after: str,
    size: int | None = None,
    narrowing: Narrowing = WHOLE,
) -> Rows:
    """The rows of a view behind a place, `size` at most, else one page."""
    if narrowing.field is not None:
        return _fielded(desk, view, after, narrowing)
    size = size or queue.PAGE_SIZE
    page, asked = paging.page(
        _readable(), view, desk, access.now(), after=after, size=size, narrowing=narrowing
    )
    found = listed.read(access.reading(), page, asked)
    shown = found[:size]
    more = len(found) > len(shown)
    return Rows(opened_rows(shown, view, desk), paging.place_of(shown[-1], view) if more else "")


def _fielded(desk: Desk, view: View, after: str, narrowing: Narrowing) -> Rows:
    session, now = access.reading(), access.now()
    found, on, looked = fielded.read(
        session,
        _readable(),
        view,
        desk,
        now,
        after=after,
        narrowing=narrowing,
        size=queue.PAGE_SIZE,
    )
    is_short = bool(on) and len(found) < queue.PAGE_SIZE
    return Rows(opened_rows(found, view, desk), on, looked if is_short else None)


def counts_of(desk: Desk) -> tuple[Mapping[str, int], str]:
    """How many rows each view has, up to the limit and one more, and the tag of the same moment.

    At the core what is held is counted with them, under the name of its state.
    """
    asked = queue.params(desk, access.now())
    found = run(access.reading(), queue.counts(*_seen(desk)), asked).one()._mapping
    names = (*(view.value for view in View), State.HELD.value)
    return {name: found[name] for name in names if name in found}, _tag(found)


def tag_of(desk: Desk) -> str:
    """What differs as soon as the desk's list, as this person may see it, is out of date."""
    asked = queue.params(desk, access.now())
    return _tag(run(access.reading(), queue.pulse(*_seen(desk)), asked).one()._mapping)


def _tag(found: Mapping[Any, Any]) -> str:
    # What is left of a deadline is said anew every few minutes, too.
    minutes = int(access.now().timestamp() // SAID_ANEW_SECONDS)
    counts = (View.TO_ACKNOWLEDGE, View.TO_TELEPHONE)
    seen = [found[name] for name in (*counts, "moved_at", "ended_at", "said_at", "claim_at")]
    seen.append(found.get(State.HELD.value))
    return hashlib.sha256(repr((minutes, seen)).encode()).hexdigest()[:20]


def opened_rows(handoffs: list[Listed], view: View, desk: Desk) -> list[Row]:
    """The rows with their notes, in their order, as a view shows them."""
    notes = list(zip(handoffs, noted_of(handoffs), strict=True))
    uncalled = _uncalled(notes)
    calls = calls_of(handoffs, desk) if view is View.TO_TELEPHONE else {}
    claimed = claims.claims_of(handoffs)
    unread, now = _unread(handoffs, view, desk), access.now()
    others = _others(handoffs, view)
    return [
        Row(
            one,
            note,
            due(one.due_at, now),
            waits_for_call=one.id in uncalled,
            call=calls.get(one.id),
            claim=claimed.get(one.claimed_by_id),
            is_unread=one.id in unread,
            others=others.get(one.id, 0),
        )
        for one, note in notes
    ]


def _readable() -> sa.Select[Handoff]:
    return access.listing(Handoff, Permission.HANDOFF_READ)


def _seen(desk: Desk) -> tuple[sa.Select[Handoff], sa.Select[Phone], sa.Select[Handoff] | None]:
    """What is counted of a desk: as far as whoever asks may read it, and place it at the core."""
    held = access.listing(Handoff, Permission.HELD_PLACE) if desk.is_core else None
    return _readable(), _phones(), held


def _phones() -> sa.Select[Phone]:
    return access.listing(Phone, Permission.PHONE_CALL)


def _others(handoffs: list[Listed], view: View) -> dict[uuid.UUID, int]:
    """What is folded under each row; only what waits is."""
    if not handoffs or view not in (View.TO_ACKNOWLEDGE, View.DUE_TODAY):
        return {}
    return storm.sizes(access.reading(), _readable(), [one.id for one in handoffs])


def _unread(handoffs: list[Listed], view: View, desk: Desk) -> set[uuid.UUID | None]:
    """The handoffs whose reply waits to be read; what nobody answered yet has hardly any."""
    if not handoffs or view in (View.TO_ACKNOWLEDGE, View.TO_TELEPHONE):
        return set()
    here = unreached(desk.id).order_by(None)
    ids = [handoff.id for handoff in handoffs]
    found = here.with_only_columns(Delivery.handoff_id).where(Delivery.handoff_id.in_(ids))
    return set(access.reading().scalars(found))


def _uncalled(notes: list[tuple[Listed, Noted]]) -> set[uuid.UUID]:
    """The handoffs whose note asks for a call that nobody has told of, then or in an addition."""
    asking = [one for one, note in notes if asks_for_call(note.body)]
    if not asking:
        return set()
    session = access.reading()
    # A thread that came back stands in a list twice.
    threads = {one.thread_id: one for one in asking}
    told = {
        reply.thread_id
        for reply in run(session, _ADDITIONS, {"of": list(threads)})
        if tells_of_call(_said(threads[reply.thread_id], reply))
    }
    return {one.id for one in asking if one.thread_id not in told}


def _said(row: Listed, reply: sa.Row[Any]) -> Said:
    return opened(row.key(access.reading()), reply.id, reply.sealed_said)
