"""Many of one place on PostgreSQL, where several work at once: none is lost, nobody crosses."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections import Counter

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import telling, watch
from models.delivery import Delivery
from models.handoff import Handoff, State, storms
from models.person import Person
from models.reply import Said
from models.store import Store
from tests import town
from tests.models.test_storms import flood, tell
from tests.support import promises
from tests.support.at_once import Act, meeting, together
from tests.town import MORNING, Cast


@pytest.fixture
def cast(shared: Store) -> Cast:
    with shared.write() as session:
        return town.build(session, noise=False)


@pytest.fixture
def told(shared: Store, cast: Cast) -> list[uuid.UUID]:
    with shared.write() as session:
        return [one.id for one in flood(session, cast, 6)]


def acknowledge(cast: Cast, handoff_id: uuid.UUID, who: str = "okada") -> Act:
    def act(session: Session) -> None:
        by = session.get_one(Person, getattr(cast, who))
        session.get_one(Handoff, handoff_id).acknowledge(by, Said("check"), MORNING)

    return act


def folded(store: Store) -> dict[uuid.UUID, uuid.UUID | None]:
    """Every one that waits with what it is folded under; none is lost under another."""
    with store.read() as session:
        promises.no_row_is_lost_under_another(session)
        found = sa.select(Handoff).where(Handoff.state == State.SENT)
        return {one.id: one.storm_id for one in session.scalars(found)}


def test_who_comes_while_the_head_leaves_is_folded_under_the_next(
    shared: Store, cast: Cast, told: list[uuid.UUID]
) -> None:
    def come(session: Session) -> None:
        tell(session, cast, 7)

    assert together(shared, acknowledge(cast, told[0]), come) == []
    found = folded(shared)
    assert len(found) == 6
    assert [one for one, head in found.items() if head is None] == [told[1]]


def test_the_head_that_leaves_takes_no_newcomer_with_it(
    shared: Store, cast: Cast, told: list[uuid.UUID], monkeypatch: pytest.MonkeyPatch
) -> None:
    meets = meeting(shared, monkeypatch, (telling, "first_note"), acknowledge(cast, told[0]))
    with meets as refused, shared.write() as session:
        tell(session, cast, 7)
    assert refused == []
    found = folded(shared)
    assert [one for one, head in found.items() if head is None] == [told[1]]


@pytest.mark.parametrize(("first", "second"), [(0, 1), (1, 0), (2, 3)])
def test_two_at_one_desk_answer_two_of_them(
    shared: Store, cast: Cast, told: list[uuid.UUID], first: int, second: int
) -> None:
    acts = acknowledge(cast, told[first]), acknowledge(cast, told[second], "kato")
    assert together(shared, *acts) == []
    assert len(folded(shared)) == 4


def test_who_holds_one_of_them_is_not_in_the_way_of_who_answers_the_head(
    shared: Store, cast: Cast, told: list[uuid.UUID]
) -> None:
    """Both hold in one order; whoever has all of several waits for nobody who has the head."""

    def several(session: Session) -> None:
        storms.hold(session, Handoff, told[:3])
        for one in (told[2], told[1], told[0]):
            acknowledge(cast, one, "kato")(session)

    assert together(shared, several, acknowledge(cast, told[3])) == []
    assert together(shared, acknowledge(cast, told[4]), acknowledge(cast, told[5])) == []
    assert folded(shared) == {}


def test_the_watch_leaves_for_later_what_somebody_holds_one_of(
    shared: Store, cast: Cast, told: list[uuid.UUID]
) -> None:
    with shared.read() as session:
        due = session.get_one(Handoff, told[0]).due_at
    with shared.write() as holder:
        rows = sa.select(Handoff.id).where(Handoff.id == told[3])
        holder.execute(rows.with_for_update())
        with shared.write() as session:
            assert not watch._look(session, told[0], due)
    with shared.write() as session:
        assert watch._look(session, told[0], due)
    assert len(folded(shared)) == 6


def test_those_who_tell_at_one_moment_make_one_row(shared: Store, cast: Cast) -> None:
    def come(minute: int) -> None:
        with shared.write() as session:
            tell(session, cast, minute)

    threads = [threading.Thread(target=come, args=(minute,)) for minute in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = folded(shared)
    assert len(found) == 12
    assert sum(head is None for head in found.values()) == 1


def test_several_workers_move_a_row_and_tell_of_it_once(
    shared: Store, cast: Cast, told: list[uuid.UUID]
) -> None:
    with shared.read() as session:
        last = max(session.get_one(Handoff, one).due_at for one in told)
    # When the desks are open again: what comes to closed ones is kept, each by itself.
    due = dt.datetime.combine(last.date() + dt.timedelta(days=1), MORNING.timetz())
    workers = [threading.Thread(target=watch.watch, args=(shared, due)) for _ in range(4)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    # What another held was left for the next run.
    while watch.watch(shared, due):
        pass
    with shared.read() as session:
        moved = [session.get_one(Handoff, one) for one in told]
        assert {one.desk_id for one in moved} == {cast.core}
        since = sa.select(Delivery.person_id, Delivery.kind).where(Delivery.created_at >= due)
        assert set(Counter(tuple(row) for row in session.execute(since)).values()) == {1}
    assert list(folded(shared).values()).count(None) == 1
