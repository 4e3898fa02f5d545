"""Many notes of one place wait as one row of a desk's list, and none of them is lost in it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import migrations, paging, purge, queue, staffing, storm
from models.desk import Desk
from models.handoff import UNDO, Handoff, State, Verb
from models.person import Person
from models.phone import Phone
from models.queue import View
from models.reply import Said
from models.store import Store
from models.watch import watch
from tests import town
from tests.support import promises
from tests.town import MORNING, Cast

MINUTE = dt.timedelta(minutes=1)
HOUSE = "１丁目２番地"
PHONES = sa.select(Phone)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def tell(session: Session, cast: Cast, minute: int = 0, **changed: object) -> Handoff:
    """A note of one account about one house, so many minutes after the first.

    Nothing raises it: its one sign is a glad one.
    """
    told = {"urgency": "memo", "signs": ["recovered"], "place_detail": HOUSE, **changed}
    at = MORNING + minute * MINUTE
    return town.note(session, at, by=cast.suzuki, area=cast.kitamachi, **told)


def flood(session: Session, cast: Cast, n: int = 5, **changed: object) -> list[Handoff]:
    """So many of them, one a minute."""
    return [tell(session, cast, minute, **changed) for minute in range(n)]


def rows(session: Session, cast: Cast, view: View = View.TO_ACKNOWLEDGE) -> list[uuid.UUID]:
    """The rows of the north desk's list, by their ids."""
    desk = session.get_one(Desk, cast.north_desk)
    page, asked = paging.page(sa.select(Handoff), view, desk, MORNING)
    return [one.id for one in session.scalars(page, asked)]


def under(session: Session, head: Handoff) -> list[uuid.UUID]:
    found = sa.select(Handoff.id).where(Handoff.storm_id == head.id)
    return list(session.scalars(found.order_by(Handoff.sent_at)))


def okada(session: Session, cast: Cast) -> Person:
    return session.get_one(Person, cast.okada)


def test_the_fifth_within_a_day_makes_one_row_of_them(either: Store, cast: Cast) -> None:
    with either.write() as session:
        four = flood(session, cast, 4, place_detail="1-2")
        assert [one.storm_id for one in four] == [None] * 4
        fifth = tell(session, cast, 4)
        head, *others = four
        assert [one.storm_id for one in (head, *others, fifth)] == [None, *[head.id] * 4]
        assert rows(session, cast) == [head.id]
        desk = session.get_one(Desk, cast.north_desk)
        asked, counts = queue.params(desk, MORNING), queue.counts(sa.select(Handoff), PHONES)
        # Each is owed its own answer, so that the title and the badge count each.
        assert session.execute(counts, asked).one().waiting == 5
        assert storm.sizes(session, sa.select(Handoff), [head.id, fifth.id]) == {head.id: 4}


@pytest.mark.parametrize(
    "changed",
    [
        {"place_detail": "1-3"},
        {"place_detail": None},
        {"not_nearby": True},
    ],
)
def test_another_house_none_and_what_is_sealed_stand_for_themselves(
    either: Store, cast: Cast, changed: dict[str, object]
) -> None:
    with either.write() as session:
        flood(session, cast, 4)
        other = tell(session, cast, 4, **changed)
        assert other.storm_id is None
        assert len(rows(session, cast)) == 5 - other.is_sealed
        assert tell(session, cast, 5).storm_id is not None


def test_what_is_sealed_folds_in_its_team_alone(either: Store, cast: Cast) -> None:
    with either.write() as session:
        plain, sealed = flood(session, cast), flood(session, cast, not_nearby=True)
        for head, *others in (plain, sealed):
            assert {one.storm_id for one in others} == {head.id}
        assert sealed[0].desk_id == cast.core


def test_what_comes_slowly_is_no_storm_and_a_storm_goes_on_while_it_comes(
    either: Store, cast: Cast
) -> None:
    hours = [0, 10, 20, 30, 40, 41, 42, 60, 90]
    with either.write() as session:
        told = [tell(session, cast, hour * 60) for hour in hours]
        # Five within a day: those at 20, 30, 40, 41 and 42.
        folded = [one.storm_id is not None for one in told]
        assert folded == [False, False, False, True, True, True, True, True, False]
        assert {one.storm_id for one in told[3:8]} == {told[2].id}


def test_what_is_more_urgent_than_its_head_is_a_row_and_gathers_its_like(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        told = flood(session, cast, 4)
        urgencies = ("now", "today", "now", "memo", "today")
        told += [tell(session, cast, 4 + n, urgency=u) for n, u in enumerate(urgencies)]
        head, now = told[0], told[4]
        assert {one.storm_id for one in told[1:4]} == {head.id}
        assert now.storm_id is None
        # Oldest first: what is as urgent as the head or less, and what is so under the next row.
        assert [one.storm_id for one in told[5:]] == [now.id, now.id, head.id, now.id]
        assert rows(session, cast) == [now.id, head.id]


def test_within_the_limits_nothing_is_folded_under_what_came_beyond_them(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        told = flood(session, cast)
        for one in told[:4]:
            one.is_beyond = one.is_marked = True
        session.flush()
        told[0].acknowledge(okada(session, cast), Said("check"), MORNING)
        assert [one.storm_id for one in told] == [None, None, told[1].id, told[1].id, None]


Leave = Callable[[Handoff, Session, Cast], object]
LEAVES: dict[str, Leave] = {
    "acknowledged": lambda h, s, c: h.acknowledge(okada(s, c), Said("check"), MORNING),
    "passed on": lambda h, s, c: h.pass_on(
        okada(s, c), s.get_one(Desk, c.south_desk), "南部です", MORNING
    ),
    "escalated": lambda h, s, c: h.escalate(s.get_one(Desk, c.core), MORNING),
    "handed over": lambda h, s, c: h.hand_to_backup(s.get_one(Desk, c.core), MORNING),
    "taken back": lambda h, s, c: h.take_back(MORNING),
    "purged": lambda h, s, c: purge.purge(s, h.thread, MORNING),
}


@pytest.mark.parametrize("how", LEAVES)
def test_when_the_head_leaves_the_next_oldest_takes_its_place(
    either: Store, cast: Cast, how: str
) -> None:
    with either.write() as session:
        head, second, *others = flood(session, cast)
        LEAVES[how](head, session, cast)
        session.flush()
        session.expire_all()
        assert second.storm_id is None
        assert under(session, second) == [one.id for one in others]
        assert rows(session, cast) == [second.id]


@pytest.mark.parametrize("how", LEAVES)
def test_when_one_of_them_leaves_the_others_stay(either: Store, cast: Cast, how: str) -> None:
    with either.write() as session:
        head, second, *others = flood(session, cast)
        second_id = second.id
        LEAVES[how](second, session, cast)
        session.flush()
        session.expire_all()
        assert under(session, head) == [one.id for one in others]
        gone = session.get(Handoff, second_id)
        assert gone is None or gone.storm_id is None
        assert rows(session, cast) == [head.id]


def test_the_next_oldest_lets_go_what_is_more_urgent(either: Store, cast: Cast) -> None:
    urgencies = ("today", "memo", "today", "memo", "today")
    with either.write() as session:
        told = [tell(session, cast, n, urgency=u) for n, u in enumerate(urgencies)]
        assert under(session, told[0]) == [one.id for one in told[1:]]
        told[0].acknowledge(okada(session, cast), Said("check"), MORNING)
        session.flush()
        session.expire_all()
        assert under(session, told[1]) == [told[3].id]
        assert under(session, told[2]) == [told[4].id]


@pytest.mark.parametrize("which", [0, 2])
def test_an_undo_gives_a_row_of_its_own(either: Store, cast: Cast, which: int) -> None:
    with either.write() as session:
        told = flood(session, cast)
        by, one = okada(session, cast), told[which]
        one.acknowledge(by, Said("check"), MORNING)
        head = told[1 if which == 0 else 0]
        one.undo(by, lambda: MORNING + UNDO / 2)
        session.flush()
        session.expire_all()
        assert (one.state, one.storm_id, under(session, one)) == (State.SENT, None, [])
        assert set(rows(session, cast)) == {one.id, head.id}
        assert tell(session, cast, 6).storm_id == head.id


def test_each_keeps_its_own_deadline_and_the_backup_sees_one_row_again(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        told = [one.id for one in flood(session, cast, 7, urgency="today")]
        due = session.get_one(Handoff, told[0]).due_at
    while watch(either, due + MINUTE):
        pass
    with either.read() as session:
        moved = [session.get_one(Handoff, one) for one in told]
        assert {one.desk_id for one in moved} == {cast.core}
        assert max(len(under(session, one)) for one in moved) == 6
        assert sum(one.storm_id is None for one in moved) == 1
        promises.no_row_is_lost_under_another(session)


def test_what_comes_back_waits_with_the_others(either: Store, cast: Cast) -> None:
    with either.write() as session:
        head, *others = flood(session, cast, 6)
        south = session.get_one(Desk, cast.south_desk)
        away = others[0].pass_on(okada(session, cast), south, "南部です", MORNING)
        session.flush()
        assert (others[0].storm_id, away.storm_id) == (None, None)
        away.return_back(session.get_one(Person, cast.kimura), "北部です", MORNING)
        session.flush()
        session.expire_all()
        # Due sooner by now, it is the row.
        assert rows(session, cast) == [others[0].id]
        assert others[0].due_at < head.due_at
        assert len(under(session, others[0])) == 5


def test_a_desk_that_empties_hands_over_one_row(either: Store, cast: Cast) -> None:
    with either.write() as session:
        told = flood(session, cast, 6)
        admin = session.get_one(Person, cast.yamamoto)
        for name in (cast.okada, cast.kato):
            staffing.suspend(session, session.get_one(Person, name), admin, MORNING)
        session.flush()
        session.expire_all()
        assert {one.desk_id for one in told} == {cast.core}
        assert sum(one.storm_id is None for one in told) == 1
        promises.no_row_is_lost_under_another(session)


def test_what_is_placed_by_hand_waits_with_the_others(either: Store, cast: Cast) -> None:
    with either.write() as session:
        head, *_ = flood(session, cast)
        held = tell(session, cast, 5, place_detail="9-9")
        held.state, held.place_token = State.HELD, head.place_token
        held.place(
            session.get_one(Person, cast.aoki), session.get_one(Desk, cast.north_desk), MORNING
        )
        session.flush()
        session.expire_all()
        assert (held.storm_id, head.storm_id) == (None, held.id)
        assert not held.can(Verb.PLACE)


def test_what_waited_before_the_update_is_joined_by_what_comes_after(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        told = [one.id for one in flood(session, cast, 4)]
        beyond = session.get_one(Handoff, told[0])
        beyond.is_marked = beyond.is_beyond = True
    either.engine.dispose()
    migrations.downgrade(either.url, "0017")
    migrations.upgrade(either.url)
    with either.write() as session:
        assert [session.get_one(Handoff, one).is_beyond for one in told[:2]] == [True, False]
        fifth = tell(session, cast, 4)
        assert fifth.storm_id in told
        promises.no_row_is_lost_under_another(session)
