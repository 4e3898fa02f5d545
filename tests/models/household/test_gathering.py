"""Notes gather under a household, and every gathering can be undone whole, in any order."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.audit import AuditLine, broken_chains
from models.errors import Invalid, NotAllowed
from models.handoff import Handoff
from models.household import gathering
from models.household.entity import Gathering, Household, Raise, members
from models.household.voices import reporters
from models.person import Person
from models.store import Store
from tests import town
from tests.support.at_once import together
from tests.town import MORNING, Cast

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def written(either: Store, cast: Cast, number: int, **changed: object) -> list[uuid.UUID]:
    """So many notes of one person about 北町, none of which raises another."""
    with either.write() as session:
        return [_note(session, cast, **changed) for _ in range(number)]


def _note(session: Session, cast: Cast, **changed: object) -> uuid.UUID:
    fields = {"signs": [], "words": "心配です。"} | changed
    return town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, **fields).id


def gather(
    session: Session,
    cast: Cast,
    one: uuid.UUID,
    other: uuid.UUID,
    after: int = 0,
    by: str = "okada",
) -> uuid.UUID | None:
    """Gather two; gives the gathering's id."""
    who = session.get_one(Person, getattr(cast, by))
    pair = (session.get_one(Handoff, each) for each in (one, other))
    made = gathering.gather(*pair, who, MORNING + after * SECOND)
    session.flush()
    return None if made is None else made.id


def undo(session: Session, cast: Cast, made: uuid.UUID | None) -> None:
    """Undo one."""
    assert made is not None
    gathering.undo(session, made, session.get_one(Person, cast.okada), MORNING)
    session.flush()


def together_with(session: Session, one: uuid.UUID, *, sealed: bool = False) -> set[uuid.UUID]:
    """The handoffs gathered with one."""
    threads = members(session, session.get_one(Handoff, one).thread_id, sealed=sealed)
    return set(session.scalars(sa.select(Handoff.id).where(Handoff.thread_id.in_(threads))))


def everything(session: Session) -> list[list[tuple[object, ...]]]:
    """All that a gathering may change, but the audit and when an open list became out of date."""
    found = []
    for kind in (Handoff, Gathering, Household, Raise):
        table = kind.metadata.tables[kind.__tablename__]
        columns = [column for column in table.c if column.name != "claim_at"]
        rows = session.execute(sa.select(*columns).order_by(*table.primary_key)).all()
        found.append([tuple(row) for row in rows])
    return found


def test_notes_gather_and_an_undo_restores_exactly_what_was(either: Store, cast: Cast) -> None:
    a, b = written(either, cast, 2)
    with either.write() as session:
        before = everything(session)
        made = gather(session, cast, a, b)
        assert together_with(session, a) == {a, b}
        assert reporters(session, [session.get_one(Handoff, one).thread_id for one in (a, b)]) == 1
        undo(session, cast, made)
        assert everything(session) == before
        acts = [line.act for line in session.scalars(sa.select(AuditLine))]
        assert (acts.count("gather"), acts.count("ungather")) == (2, 2)
        assert broken_chains(session) == []


def test_a_second_tap_finds_it_done_and_a_second_undo_nothing(either: Store, cast: Cast) -> None:
    a, b, c = written(either, cast, 3)
    with either.write() as session:
        made = gather(session, cast, a, b)
        gather(session, cast, b, c)
        assert gather(session, cast, b, a) is None
        assert gather(session, cast, a, c) is None
        undo(session, cast, made)
        undo(session, cast, made)
        assert together_with(session, a) == {a}


def test_a_note_is_not_gathered_with_itself(either: Store, cast: Cast) -> None:
    (a,) = written(either, cast, 1)
    with either.write() as session, pytest.raises(Invalid):
        gather(session, cast, a, a)


def _of(session: Session, made: uuid.UUID | None) -> uuid.UUID:
    return session.get_one(Gathering, made, populate_existing=True).household_id


def test_two_households_become_the_older_one_and_get_their_own_back(
    either: Store, cast: Cast
) -> None:
    a, b, c, d = written(either, cast, 4)
    with either.write() as session:
        young = gather(session, cast, c, d, after=9)
        old = gather(session, cast, a, b, after=1)
        before, own = everything(session), [_of(session, one) for one in (old, young)]
        for pair in ((b, c), (c, b)):
            joined = gather(session, cast, *pair, after=20)
            assert together_with(session, d) == {a, b, c, d}
            assert {_of(session, one) for one in (old, young, joined)} == {own[0]}
            undo(session, cast, joined)
            assert everything(session) == before


@pytest.mark.parametrize("order", list(itertools.permutations(range(3))))
def test_gatherings_undone_in_any_order_leave_what_the_others_hold(
    either: Store, cast: Cast, order: tuple[int, ...]
) -> None:
    a, b, c, d = written(either, cast, 4)
    pairs = [(a, b), (b, c), (c, d)]
    with either.write() as session:
        before = everything(session)
        made = [gather(session, cast, *pair, after=n) for n, pair in enumerate(pairs)]
        assert session.scalar(sa.select(sa.func.count()).select_from(Household)) == 1
        left = set(range(3))
        for n in order:
            undo(session, cast, made[n])
            left -= {n}
            for one in (a, b, c, d):
                assert together_with(session, one) == _held({pairs[each] for each in left}, one)
        assert everything(session) == before


def _held(pairs: set[tuple[uuid.UUID, uuid.UUID]], one: uuid.UUID) -> set[uuid.UUID]:
    found = {one}
    while more := {each for pair in pairs if found & set(pair) for each in pair} - found:
        found |= more
    return found


def test_a_side_that_went_on_keeps_a_household_of_its_own(either: Store, cast: Cast) -> None:
    a, b, c = written(either, cast, 3)
    with either.write() as session:
        first = gather(session, cast, a, b)
        second = gather(session, cast, b, c, after=1)
        was = _of(session, second)
        undo(session, cast, first)
        assert together_with(session, c) == {b, c}
        kept = _of(session, second)
        assert (kept != was) == (session.get(Household, was) is None)


def test_two_staff_gather_the_same_at_once(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
    a, b = written(shared, cast, 2)
    refused = together(
        shared,
        lambda session: gather(session, cast, a, b),
        lambda session: gather(session, cast, b, a, by="kato"),
    )
    assert refused == []
    with shared.read() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Gathering)) == 1


def test_two_households_joined_by_two_pairs_at_once_are_joined_once(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
    a, b, c, d = written(shared, cast, 4)
    with shared.write() as session:
        gather(session, cast, a, b)
        gather(session, cast, c, d)
    together(
        shared,
        lambda session: gather(session, cast, a, c),
        lambda session: gather(session, cast, b, d, by="kato"),
    )
    with shared.write() as session:
        assert session.scalar(sa.select(sa.func.count()).select_from(Gathering)) == 3
        assert session.scalar(sa.select(sa.func.count()).select_from(Household)) == 2


def test_what_went_to_another_desk_meanwhile_is_not_gathered(shared: Store) -> None:
    with shared.write() as session:
        cast = town.build(session, noise=False)
    a, b = written(shared, cast, 2)

    def escalate(session: Session) -> None:
        from models.desk import Desk

        session.get_one(Handoff, a).escalate(session.get_one(Desk, cast.core), MORNING)

    refused = together(shared, escalate, lambda session: gather(session, cast, a, b))
    assert [type(one) for one in refused] == [NotAllowed]


def test_a_sealed_note_holds_nothing_together_for_others(either: Store, cast: Cast) -> None:
    with either.write() as session:
        a, b = (_note(session, cast) for _ in range(2))
        sealed = _note(session, cast, not_nearby=True)
        before = everything(session)[0]
        for one in (a, b):
            gather(session, cast, one, sealed, by="aoki")
        assert together_with(session, a) == {a}
        assert together_with(session, a, sealed=True) == {a, b, sealed}
        # For everybody else the two are not joined yet, and can be.
        plain = gather(session, cast, a, b)
        assert plain is not None
        assert _of(session, plain) not in {
            made.household_id for made in session.scalars(sa.select(Gathering)) if made.is_sealed
        }
        lines = sa.select(AuditLine.object_id).where(AuditLine.act == "gather")
        assert sorted(session.scalars(lines)) == sorted(map(str, (sealed, sealed, a, b)))
        assert everything(session)[0] == before


def test_a_note_that_is_taken_out_leaves_no_row_and_no_gap(either: Store, cast: Cast) -> None:
    a, b, c, d = written(either, cast, 4)
    with either.write() as session:
        before = everything(session)
        for one in (b, c, d):
            gather(session, cast, a, one)
        gathering.take_out(session.get_one(Handoff, a).thread, MORNING)
        session.flush()
        assert everything(session) == before
