"""No row hides what is due sooner, and none that is sorted last what nobody marked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import paging, queue, workload
from models.desk import Desk
from models.handoff import Doubt, Handoff, State, storms
from models.narrowing import Narrowing
from models.person import Person
from models.queue import View
from models.store import Store
from tests import town
from tests.models.test_storms import MINUTE, PHONES, flood, okada, rows, tell, under
from tests.support import promises
from tests.town import MORNING, Cast

DAY = dt.timedelta(days=1)


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def back(session: Session, cast: Cast, one: Handoff) -> None:
    """Passed on by mistake, and returned the day after, owed by the end of the next."""
    south = session.get_one(Desk, cast.south_desk)
    away = one.pass_on(okada(session, cast), south, "南部です", MORNING)
    session.flush()
    away.return_back(session.get_one(Person, cast.kimura), "北部です", MORNING + MINUTE)


def placed(session: Session, cast: Cast, one: Handoff) -> None:
    """The server could not place it, and a person does."""
    one.state, one.storm_id = State.HELD, None
    session.flush()
    to = session.get_one(Desk, cast.north_desk)
    one.place(session.get_one(Person, cast.aoki), to, MORNING)


MOVES: dict[str, Callable[[Session, Cast, Handoff], None]] = {"returned": back, "placed": placed}


@pytest.mark.parametrize("how", MOVES)
def test_what_is_due_sooner_is_in_the_lists_of_its_day(store: Store, cast: Cast, how: str) -> None:
    with store.write() as session:
        told = flood(session, cast, 6)
        MOVES[how](session, cast, told[3])
        session.flush()
        session.expire_all()
        assert told[3].due_at < min(one.due_at for one in told if one is not told[3])
        promises.no_row_is_lost_under_another(session)
        assert rows(session, cast) == [told[3].id]
        desk, on = session.get_one(Desk, cast.north_desk), told[3].due_at
        for at, narrowing in ((on, Narrowing()), (on + MINUTE, Narrowing(is_overdue=True))):
            page, asked = paging.page(
                sa.select(Handoff), View.DUE_TODAY, desk, at, narrowing=narrowing
            )
            assert [one.id for one in session.scalars(page, asked)] == [told[3].id]
            counts = queue.counts(sa.select(Handoff), PHONES)
            assert session.execute(counts, queue.params(desk, at)).one().today == 1


def test_what_comes_sooner_than_a_storm_is_its_row(store: Store, cast: Cast) -> None:
    with store.write() as session:
        told = flood(session, cast, 5)
        sooner = tell(session, cast, 5)
        sooner.due_at -= DAY
        session.flush()
        storms.settle(sooner)
        session.flush()
        session.expire_all()
        assert rows(session, cast) == [sooner.id]
        assert under(session, sooner) == [one.id for one in told]


def test_counts_are_of_notes_and_of_each_by_its_own_deadline(store: Store, cast: Cast) -> None:
    with store.write() as session:
        told = flood(session, cast, 3, urgency="today")
        told += [tell(session, cast, 9 + n) for n in range(3)]
        assert rows(session, cast) == [told[0].id]
        desk = session.get_one(Desk, cast.north_desk)
        counts = queue.counts(sa.select(Handoff), PHONES)
        found = session.execute(counts, queue.params(desk, MORNING)).one()
        assert (found.waiting, found.today) == (6, 3)
        late = told[0].due_at + MINUTE
        nobodys, _ = workload.loads(session, sa.select(Handoff), desk, [], late)
        assert (nobodys.waiting, nobodys.overdue) == (6, 3)


@pytest.mark.parametrize("which", [0, 3])
def test_a_mark_takes_nobody_along_and_gives_back_its_own(
    store: Store, cast: Cast, which: int
) -> None:
    with store.write() as session:
        told = flood(session, cast, 6)
        by, doubted = okada(session, cast), told[which]
        rest = [one for one in told if one is not doubted]
        doubted.mark(by, Doubt.TO_TROUBLE, "", MORNING)
        session.flush()
        session.expire_all()
        assert rows(session, cast) == [rest[0].id, doubted.id]
        honest = town.note(
            session,
            MORNING + 7 * MINUTE,
            by=cast.nakamura,
            area=cast.kitamachi,
            urgency="memo",
            signs=["recovered"],
            place_detail="1-2",
        )
        assert honest.storm_id == rest[0].id
        promises.no_row_is_lost_under_another(session)
        doubted.unmark(by, MORNING)
        session.flush()
        session.expire_all()
        assert rows(session, cast) == [rest[0].id]
        promises.no_row_is_lost_under_another(session)


def test_marked_notes_of_one_place_are_one_row_too(store: Store, cast: Cast) -> None:
    with store.write() as session:
        told = flood(session, cast, 8)
        for one in told[:3]:
            one.mark(okada(session, cast), Doubt.AGAIN, "", MORNING)
        session.flush()
        session.expire_all()
        marked = [row for row in rows(session, cast) if row in {one.id for one in told[:3]}]
        assert rows(session, cast)[0] == told[3].id
        assert 1 <= len(marked) <= 3
        promises.no_row_is_lost_under_another(session)
