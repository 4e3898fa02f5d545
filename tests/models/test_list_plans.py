"""Every list, however narrowed, is read along indexes: nothing of it is scanned or sorted whole."""

from __future__ import annotations

import itertools
import uuid
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import held, paging, queue, storm
from models.bands import FEW, STATES
from models.desk import Desk
from models.handoff import Handoff, storms
from models.listed import with_notes
from models.narrowing import Narrowing, areas_of
from models.phone import Phone
from models.queue import View
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.town import MORNING

ALL = sa.select(Handoff)
PHONES = sa.select(Phone)
SHORT = {View.TO_TELEPHONE, View.ANSWERED}
"""Lists whose rows leave them once somebody has seen to them; narrowed, they are looked through."""
UNDER_A_ROW = "ix_handoff_storm (storm_id=?)"
"""How what is folded under the rows that are counted is found."""
SOME, MANY = tuple(range(1, FEW + 1)), tuple(range(1, FEW + 2))
IN_AREA = Narrowing(area_id=1)
OWN = uuid.UUID(int=7)
NARROWINGS = [
    Narrowing(urgency, areas[0] if areas else None, late, areas, own, is_nobodys)
    for urgency, areas, late, (own, is_nobodys) in itertools.product(
        (None, Urgency.SOON),
        ((), (1,), SOME, MANY),
        (False, True),
        ((None, False), (OWN, False), (None, True)),
    )
]
OF_STATE = [
    (view, Narrowing(urgency, None, False, areas, state=state))
    for view in (View.MOVING, View.DUE_TODAY, View.CLOSED)
    for state in STATES[view]
    for urgency, areas in itertools.product((None, Urgency.SOON), ((), (1,)))
]
# Nothing that ended is overdue or somebody's, and nothing is read for it.
WALKED = [
    (view, one)
    for view, one in itertools.product(View, NARROWINGS)
    if view not in SHORT and not (view is View.CLOSED and (one.is_overdue or one.person_id))
]


def sorted_whole(
    session: Session, ask: Callable[[], object], found_by: str = "desk_id=?"
) -> list[str]:
    """The steps of SQLite's plan that look through handoffs by no index, or sort what they find."""
    seen: list[tuple[str, Any]] = []

    def see(_c: object, _cursor: object, text: str, values: Any, *_rest: object) -> None:
        seen.append((text, values))

    engine = session.get_bind()
    sa.event.listen(engine, "before_cursor_execute", see)
    ask()
    sa.event.remove(engine, "before_cursor_execute", see)
    text, values = seen[-1]
    found = session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}", values)
    steps = [(row[1], row[3]) for row in found]
    sorting = {parent for parent, step in steps if "TEMP B-TREE" in step}
    reads = [(p, step) for p, step in steps if " handoff" in step and "(id=?)" not in step]
    assert reads
    return [step for p, step in reads if p in sorting or found_by not in step]


@pytest.mark.parametrize(("view", "narrowing"), WALKED, ids=repr)
def test_a_page_is_read_along_indexes(store: Store, view: View, narrowing: Narrowing) -> None:
    with store.write() as session:
        desk = session.get_one(Desk, town.build(session, noise=False).north_desk)
        page, asked = paging.page(ALL, view, desk, MORNING, narrowing=narrowing)
        ask = partial(session.execute, with_notes(page), asked)
        assert sorted_whole(session, ask, _found_by(view, narrowing)) == []


def _found_by(view: View, narrowing: Narrowing) -> str:
    """What stands in each step of the plan: what one person has is found by that."""
    if narrowing.person_id:
        return "claimed_by_id=?"
    if narrowing.areas not in ((), MANY):
        return "area_id=?"
    return "_nobodys_" if narrowing.is_nobodys and view is not View.CLOSED else "desk_id=?"


@pytest.mark.parametrize(("view", "narrowing"), OF_STATE, ids=repr)
def test_a_state_is_found_by_index_too(store: Store, view: View, narrowing: Narrowing) -> None:
    with store.write() as session:
        desk = session.get_one(Desk, town.build(session, noise=False).north_desk)
        page, asked = paging.page(ALL, view, desk, MORNING, narrowing=narrowing)
        ask = partial(session.execute, with_notes(page), asked)
        assert sorted_whole(session, ask, "state=?") == []


def test_the_areas_to_choose_from_are_found_by_index(store: Store) -> None:
    with store.write() as session:
        desk = session.get_one(Desk, town.build(session, noise=False).north_desk)
        assert sorted_whole(session, partial(areas_of, session, ALL, desk)) == []


@pytest.mark.parametrize("is_of_one_desk", [True, False])
def test_counts_and_the_pulse_are_found_by_index(store: Store, is_of_one_desk: bool) -> None:
    with store.write() as session:
        desk = session.get_one(Desk, town.build(session, noise=False).north_desk)
        asked, here = queue.params(desk, MORNING), Handoff.desk_id == desk.id
        readable = ALL.where(here) if is_of_one_desk else ALL
        for statement, folded in ((queue.counts, 2), (queue.pulse, 1)):
            ask = partial(session.execute, statement(readable, PHONES), asked)
            steps = sorted_whole(session, ask)
            assert [UNDER_A_ROW in step for step in steps] == [True] * folded


def test_what_the_core_holds_is_found_by_index_and_no_other_desk_pays_for_it(store: Store) -> None:
    with store.write() as session:
        core = session.get_one(Desk, town.build(session, noise=False).core)
        asked = queue.params(core, MORNING)
        for statement in (queue.counts, queue.pulse):
            whole = statement(ALL, PHONES, ALL)
            assert sorted_whole(session, partial(session.execute, whole, asked), "=?") == []
            assert "held" in whole.selected_columns
            assert "held" not in statement(ALL, PHONES).selected_columns
        for ask in (held.number, held.due):
            found = partial(ask, session, ALL, core, MORNING)
            assert sorted_whole(session, found, "desk_id=? AND state=?") == []


def test_what_can_be_undone_is_found_by_the_time_it_was_done(store: Store) -> None:
    with store.write() as session:
        desk = session.get_one(Desk, town.build(session, noise=False).north_desk)
        asked = queue.lately_params(desk, desk.id, MORNING)
        ask = partial(session.execute, with_notes(queue.lately(ALL)), asked)
        assert sorted_whole(session, ask, "is_open=? AND last_at>?") == []


def test_a_list_without_its_index_is_noticed(store: Store) -> None:
    with store.write() as session:
        desk = session.get_one(Desk, town.build(session, noise=False).north_desk)
        session.execute(sa.text("DROP INDEX ix_handoff_area_sent"))
        page, asked = paging.page(ALL, View.TO_ACKNOWLEDGE, desk, MORNING, narrowing=IN_AREA)
        ask = partial(session.execute, with_notes(page), asked)
        assert sorted_whole(session, ask, "area_id=?") != []


def test_what_is_folded_is_counted_found_and_joined_by_index(store: Store) -> None:
    with store.write() as session:
        built = town.build(session, noise=False)
        for _ in range(5):
            told = {"place_detail": "1-2", "signs": ["recovered"]}
            last = town.note(session, MORNING, by=built.suzuki, area=built.kitamachi, **told)
        head = last.storm_id
        assert head is not None
        asks = (
            partial(storm.sizes, session, ALL, [head]),
            partial(storm.folded, session, ALL, head),
            partial(storms._beside, session, last, enough=storms.MANY),
        )
        for ask, found_by in zip(asks, ("storm_id=?", "storm_id=?", "=?"), strict=True):
            assert sorted_whole(session, ask, found_by) == []
