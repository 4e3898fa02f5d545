"""What must hold of a town at every instant, whatever happened to it (DESIGN, promises 1 to 4)."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Collection

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import queue, routing
from models.audit import broken_chains
from models.delivery import Delivery, DeliveryKind
from models.desk import Desk
from models.handoff import Handoff, State
from models.inbox import InboxEntry
from models.membership import reader_ids
from models.observation import Observation
from models.reply import Reply
from models.thread import Thread

NEVER = dt.datetime(2000, 1, 1, tzinfo=dt.UTC)
"""These lists ask for no hour."""


def check(session: Session, sent: Collection[uuid.UUID]) -> None:
    """All of them; `sent` are the ids that phones sent."""
    each_worry_has_one_owner_that_can_answer(session)
    each_claim_is_somebodys_who_may_read(session)
    each_answer_is_in_the_inbox(session)
    no_row_is_lost_under_another(session)
    each_open_note_is_in_a_list_of_its_desk(session)
    each_id_has_one_root(session, sent)
    assert broken_chains(session) == []


def each_worry_has_one_owner_that_can_answer(session: Session) -> None:
    """One open handoff, at a desk with people or at the core; or one that closed it."""
    for thread in session.scalars(sa.select(Thread)):
        owing = [handoff for handoff in thread.handoffs if handoff.is_open]
        ended = [handoff for handoff in thread.handoffs if handoff.state is State.CLOSED]
        assert (len(owing), len(ended)) in ((1, 0), (0, 1))
        assert all(handoff.is_open is handoff.state.is_open for handoff in thread.handoffs)
        assert all(handoff.watch_at is None for handoff in thread.handoffs if not handoff.is_open)
        for handoff in owing:
            assert handoff.watch_at is not None or (handoff.next_on and handoff.is_warned)
            assert handoff.desk.is_core or routing.is_staffed(session, handoff.desk)
            assert handoff.desk.is_core or not thread.is_sealed
            assert (handoff.state is State.HELD) is (handoff.held_reason is not None)


def each_claim_is_somebodys_who_may_read(session: Session) -> None:
    """Who has it stands at its desk, or in the sealed team; what ended is nobody's."""
    for handoff in session.scalars(sa.select(Handoff).where(Handoff.claimed_by_id.is_not(None))):
        assert handoff.is_open
        may_read = reader_ids(session, handoff.desk_id, sealed=handoff.is_sealed)
        assert handoff.claimed_by_id in may_read


def no_row_is_lost_under_another(session: Session) -> None:
    """What is folded waits, as what it is folded under does: a row, at its desk, sealed alike.

    The row is due no later, so that what is due or overdue is in those lists, too; and what is
    sorted last takes nothing along that nobody marked.
    """
    for folded in session.scalars(sa.select(Handoff).where(Handoff.storm_id.is_not(None))):
        head = session.get_one(Handoff, folded.storm_id)
        assert head.storm_id is None
        assert (head.state, folded.state) == (State.SENT, State.SENT)
        assert (head.claimed_by_id, folded.claimed_by_id) == (None, None)
        assert (head.desk_id, head.is_sealed) == (folded.desk_id, folded.is_sealed)
        assert head.place_token == folded.place_token is not None
        assert head.rank <= folded.rank
        assert head.due_at <= folded.due_at
        assert head.is_marked is folded.is_marked


def each_open_note_is_in_a_list_of_its_desk(session: Session) -> None:
    """As a row, or under one; what is held, in the list of what a person has to place."""
    every = sa.select(Handoff)
    for desk in session.scalars(sa.select(Desk)):
        here = every.where(Handoff.desk_id == desk.id)
        lists = [*queue.to_acknowledge(here), *queue.moving(here)]
        lists.append(here.where(Handoff.state == State.HELD, queue.IS_ROW))
        lists.append(queue.with_folded(lists[0], here))
        asked = queue.params(desk, NEVER) | {"one_more": 10**6}
        shown = Counter(one for part in lists for one in session.scalars(part, asked))
        opened = session.scalars(here.where(Handoff.is_open))
        assert shown == dict.fromkeys(opened, 1)


def each_answer_is_in_the_inbox(session: Session) -> None:
    """A reply to the reporter is in the inbox and owed a delivery; the reporter's words are not."""
    inbox = set(session.scalars(sa.select(InboxEntry.reply_id)))
    told = Counter(
        session.scalars(sa.select(Delivery.reply_id).where(Delivery.kind == DeliveryKind.REPLY))
    )
    assert set(told) - {None} <= set(session.scalars(sa.select(Reply.id)))
    for reply in session.scalars(sa.select(Reply)):
        assert (reply.id in inbox) is not reply.kind.is_from_reporter
        assert told[reply.id] == (0 if reply.kind.is_from_reporter else 1)


def row(handoff: Handoff) -> dict[str, object]:
    """Every column of a handoff, to compare it with what it becomes."""
    return {name: getattr(handoff, name) for name in Handoff.__table__.columns.keys()}  # noqa: SIM118


def each_id_has_one_root(session: Session, sent: Collection[uuid.UUID]) -> None:
    """One note for each id that was sent, and one first handoff for each thread."""
    roots = sa.select(Observation.client_id).where(Observation.client_id.is_not(None))
    assert Counter(session.scalars(roots)) == dict.fromkeys(sent, 1)
    firsts = Counter(session.scalars(sa.select(Handoff.thread_id).where(Handoff.step == 1)))
    assert firsts == dict.fromkeys(session.scalars(sa.select(Thread.id)), 1)
