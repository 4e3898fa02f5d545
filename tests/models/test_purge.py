"""What was purged is gone with every row, and does not come back whoever offers it again."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import follow_up, purge
from models.acceptance import Acceptance
from models.arrival import Arrival, Outcome, accept
from models.audit import AuditLine, broken_chains
from models.base import Base
from models.draft import content_hash, read_draft
from models.follow_up import Door, Item
from models.person import Person
from models.reply import Said
from models.sender import Sender
from models.speech import SpeechKind, read, say
from models.store import Store
from models.thread import Thread
from tests import town
from tests.town import MORNING, Cast

KEPT = {"purged", "audit_line", "audit_head"}
DOOR = Door(may_write=lambda *_: True, is_beyond=lambda: False)
TWIN = {"not_nearby": True}


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def arrival_of(cast: Cast, **changed: object) -> Arrival:
    raw = town.fields(**changed)
    draft, _ = read_draft(raw)
    return Arrival(uuid.UUID(raw["id"]), content_hash(raw), draft, area_id=cast.kitamachi)


def addition(cast: Cast, note_id: uuid.UUID, words: str = "窓があきました") -> Item:
    raw = {"kind": "addition", "id": str(uuid.uuid4()), "note": str(note_id), "words": words}
    return Item(
        id=uuid.UUID(raw["id"]),
        kind="addition",
        note_id=note_id,
        fields=raw,
        content_hash=content_hash(raw),
        envelope=b"\1",
        sender=Sender(cast.suzuki),
    )


def send(session: Session, item: Item) -> tuple[Outcome, dict[str, object]]:
    def taker(thread: Thread, item: Item, now: object) -> None:
        say(thread, read(SpeechKind(item.kind), item.fields), MORNING)

    return follow_up.accept(session, item, taker, DOOR, MORNING)


def rows(session: Session) -> dict[str, list[str]]:
    return {
        table.name: sorted(str(row) for row in session.execute(sa.select(table)))
        for table in Base.metadata.sorted_tables
    }


@contextmanager
def nothing_new(session: Session) -> Iterator[None]:
    before = rows(session)
    yield
    session.flush()
    assert rows(session) == before


@pytest.mark.parametrize("seal", [{}, TWIN], ids=["open", "sealed"])
def test_a_purged_thread_leaves_its_line_and_a_code_and_no_other_row(
    either: Store, cast: Cast, seal: dict[str, object]
) -> None:
    with either.write() as session:
        before = rows(session)
        by = session.get(Person, cast.suzuki)
        arrival = replace(arrival_of(cast, place_detail="1-2", **seal), by=by, receipt_hash=b"r")
        accept(session, arrival, MORNING)
        send(session, addition(cast, arrival.note_id))
        thread = town.thread_of(session, arrival.note_id)
        thread.handoff.ask(
            session.get_one(Person, cast.aoki), Said(words="いつからですか。"), MORNING
        )
        session.flush()
        thread_id = str(thread.id)
        purge.purge(session, thread, MORNING, by=cast.aoki)
    with either.read() as session:
        after = rows(session)
        line = session.scalars(sa.select(AuditLine).order_by(AuditLine.id.desc())).first()
        assert line is not None
        assert (line.act, line.object_id, line.actor_id) == ("purge", thread_id, cast.aoki)
        assert broken_chains(session) == []
    assert {name for name in after if after[name] != before[name]} == KEPT
    assert str(arrival.note_id) not in str(after)
    assert len(after["purged"]) == 2


def test_a_purged_note_offered_again_is_answered_as_its_twin_and_leaves_no_row(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        arrival, twin = arrival_of(cast), arrival_of(cast)
        _, first = accept(session, arrival, MORNING)
        purge.purge(session, town.thread_of(session, arrival.note_id), MORNING)
        with nothing_new(session):
            outcome, again = accept(session, arrival, MORNING)
            other = accept(session, replace(arrival, content_hash="0" * 64), MORNING)
            sealed = accept(
                session, replace(arrival, draft=replace(arrival.draft, not_nearby=True)), MORNING
            )
        assert outcome is other[0] is Outcome.REPEATED
        assert again == first == sealed[1]
        assert accept(session, twin, MORNING)[0] is Outcome.CREATED
        assert town.thread_of(session, twin.note_id).observation.body["words"]


def test_what_was_said_in_a_purged_thread_is_not_heard_again_but_new_words_are(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        arrival = arrival_of(cast)
        accept(session, arrival, MORNING)
        said, new = addition(cast, arrival.note_id), addition(cast, arrival.note_id, "あたらしい")
        _, first = send(session, said)
        purge.purge(session, town.thread_of(session, arrival.note_id), MORNING)
        with nothing_new(session):
            outcome, again = send(session, said)
        assert outcome is Outcome.REPEATED
        assert {**again, "desk": 0, "hours": 0} == {**first, "desk": 0, "hours": 0}
        assert send(session, new)[0] is Outcome.CREATED
        assert town.thread_of(session, new.id).observation.body["words"] == "あたらしい"


def test_a_held_item_that_was_purged_does_not_come_back(either: Store, cast: Cast) -> None:
    with either.write() as session:
        item = addition(cast, uuid.uuid4())
        send(session, item)
        purge.purge(session, town.thread_of(session, item.id), MORNING)
        with nothing_new(session):
            assert send(session, item)[0] is Outcome.REPEATED
        assert session.scalars(sa.select(Acceptance)).all() == []


def test_of_two_contents_under_one_id_each_is_purged_by_itself(either: Store, cast: Cast) -> None:
    with either.write() as session:
        arrival = arrival_of(cast)
        second = replace(arrival_of(cast, words="べつの言葉"), note_id=arrival.note_id)
        third = replace(arrival_of(cast, words="三つめ"), note_id=arrival.note_id)
        first = accept(session, arrival, MORNING)[1]
        accept(session, second, MORNING)
        root = town.thread_of(session, arrival.note_id)
        others = [one for one in session.scalars(sa.select(Thread)) if one is not root]
        purge.purge(session, others[0], MORNING)
        with nothing_new(session):
            assert accept(session, second, MORNING)[0] is Outcome.REPEATED
            assert accept(session, arrival, MORNING) == (Outcome.REPEATED, first)
        assert accept(session, third, MORNING)[0] is Outcome.CONFLICT
        purge.purge(session, town.thread_of(session, arrival.note_id), MORNING)
        with nothing_new(session):
            assert accept(session, arrival, MORNING)[0] is Outcome.REPEATED
            assert accept(session, third, MORNING)[0] is Outcome.CONFLICT
