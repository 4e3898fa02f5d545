"""A list that is narrowed holds the same rows in the same order, page behind page."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from collections.abc import Iterator
from dataclasses import replace

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import hearing, paging
from models.area import Area, AreaKind, AreaTown
from models.bands import FEW
from models.delivery import Delivery, DeliveryState
from models.desk import Desk
from models.handoff import Handoff, Outcome, State, Verb
from models.narrowing import Narrowing, areas_of, around
from models.person import Person
from models.queue import View
from models.reply import Said
from models.store import Store
from models.town_time import local_date
from models.urgency import Urgency
from tests import town
from tests.conftest import EVERYTHING
from tests.town import MORNING, Cast

ALL = sa.select(Handoff)
DAY = dt.timedelta(days=1)
NOW = MORNING + 4 * DAY
NARROWINGS = [
    Narrowing(urgency, area, late)
    for urgency, area, late in itertools.product(
        (None, Urgency.MEMO, Urgency.TODAY), (None, 0, 1, 2), (False, True)
    )
]
NARROWINGS += [
    Narrowing(urgency, area, state=state)
    for urgency, area, state in itertools.product((None, Urgency.TODAY), (None, 0, 2), State)
]
WHOSE = ("anybody", "own", "nobody")
TURNS = itertools.cycle((2,) if EVERYTHING else (2, *[40] * 6))
"""Rows a page: at two, every turn of a page is met; for a seventh of the narrowings always."""


def wide(session: Session, cast: Cast) -> int:
    """An area of more towns than are each followed by themselves, 北町 among them."""
    beat = Area(kind=AreaKind.BEAT, code="1", name="第1担当区域")
    towns = [Area(kind=AreaKind.TOWN, code=str(n), name=f"丘{n}") for n in range(FEW)]
    session.add_all([beat, *towns])
    session.flush()
    for town_id in (cast.kitamachi, *(one.id for one in towns)):
        session.add(AreaTown(area_id=beat.id, town_id=town_id))
    session.flush()
    return beat.id


def fill(session: Session) -> tuple[Desk, list[int], uuid.UUID]:
    """One of everything: urgency, area, marked or not, and each way it may have gone."""
    cast = town.build(session, noise=False)
    desk, by = session.get_one(Desk, cast.north_desk), session.get_one(Person, cast.okada)
    kato = session.get_one(Person, cast.kato)
    areas = [cast.kitamachi, cast.north, wide(session, cast), cast.minamimachi]
    for n, (urgency, area, kind) in enumerate(
        itertools.product(("memo", "today"), areas, range(8))
    ):
        handoff = town.note(
            session,
            MORNING - n % 3 * DAY,
            by=cast.suzuki,
            area=area,
            urgency=urgency,
            signs=["garden"],
            contact="telephone",
            telephone="0312345678",
        )
        handoff.desk_id, handoff.is_marked = desk.id, kind % 2 == 1
        if n % 3:
            handoff.claim(by if n % 2 else kato, MORNING)
        if kind > 2:
            handoff.acknowledge(by, Said("check"), MORNING, local_date(MORNING) + kind * DAY)
        if kind > 5:
            handoff.close(by, Outcome.SETTLED, Said("closed"), MORNING + kind * DAY)
        if kind == 4:
            handoff.act(Verb.VISIT, by, Said("visited"), MORNING + kind * DAY)
        if kind == 6:
            handoff.state = State.PASSED_ON
        if kind in (2, 4, 6):
            hearing.add(handoff.thread, "また見かけました", MORNING + n * DAY)
        if kind == 5:
            # Acknowledged, and then put down.
            handoff.claimed_by_id = None
    session.execute(sa.update(Delivery).values(state=DeliveryState.UNDELIVERABLE))
    session.flush()
    return desk, areas, by.id


def pages(
    session: Session, view: View, desk: Desk, narrowing: Narrowing, size: int = 2
) -> Iterator[Handoff]:
    """Every row, so many at a time."""
    after = ""
    while True:
        page, asked = paging.page(ALL, view, desk, NOW, after=after, size=size, narrowing=narrowing)
        found = list(session.scalars(page, asked))
        yield from found[:size]
        if len(found) <= size:
            return
        after = paging.place_of(found[size - 1], view)


def towns_of(session: Session, area_id: int) -> set[int]:
    known: dict[int, set[int]] = session.info.setdefault("towns of an area", {})
    if area_id not in known:
        area = session.get_one(Area, area_id)
        is_town = area.kind is AreaKind.TOWN
        known[area_id] = {area.id} if is_town else {one.id for one in area.towns}
    return known[area_id]


def belongs(handoff: Handoff, narrowing: Narrowing) -> bool:
    """What the words of the filters say: of an area is what may be in one of its towns."""
    session, noted = handoff.session, handoff.thread.observation.area_id
    is_of_area = narrowing.area_id in (None, noted)
    if narrowing.area_id is not None and noted is not None:
        is_of_area |= bool(towns_of(session, narrowing.area_id) & towns_of(session, noted))
    is_sent = handoff.state is State.SENT
    is_late = handoff.due_at < NOW if is_sent else False
    if not is_sent and handoff.is_open and handoff.next_on is not None:
        is_late = handoff.next_on < local_date(NOW)
    return (
        narrowing.urgency in (None, handoff.urgency)
        and narrowing.state in (None, handoff.state)
        and is_of_area
        and (is_late or not narrowing.is_overdue)
        and narrowing.person_id in (None, handoff.claimed_by_id)
        and (handoff.claimed_by_id is None or not narrowing.is_nobodys)
    )


@pytest.mark.everything_on_postgresql
@pytest.mark.parametrize("view", list(View))
def test_narrowed_it_is_the_same_list_without_the_others(either: Store, view: View) -> None:
    with either.write() as session:
        desk, areas, okada = fill(session)
        whole = list(pages(session, view, desk, Narrowing()))
        assert len({row.id for row in whole}) == len(whole) >= 4
        for shape, whose in itertools.product(NARROWINGS, WHOSE):
            area_id = None if shape.area_id is None else areas[shape.area_id]
            meant = () if area_id is None else tuple(around(session, area_id))
            narrowing = replace(
                shape,
                area_id=area_id,
                around=meant,
                person_id=okada if whose == "own" else None,
                is_nobodys=whose == "nobody",
            )
            seen = list(pages(session, view, desk, narrowing, next(TURNS)))
            assert seen == [row for row in whole if belongs(row, narrowing)], narrowing


def test_only_areas_that_somebodys_notes_at_a_desk_have_are_offered(either: Store) -> None:
    with either.write() as session:
        cast = town.build(session)
        for area in (cast.kitamachi, cast.north, cast.kitamachi, None):
            town.note(session, MORNING, by=cast.suzuki, area=area)
        wide(session, cast)
        desk = session.get_one(Desk, cast.north_desk)
        assert areas_of(session, ALL, desk) == [(cast.north, "北部"), (cast.kitamachi, "北町")]
        assert areas_of(session, ALL.where(Handoff.area_id != cast.north), desk) == [
            (cast.kitamachi, "北町")
        ]
        sealed = town.note(session, MORNING, by=cast.suzuki, area=cast.kitamachi, not_nearby=True)
        core = session.get_one(Desk, cast.core)
        assert areas_of(session, ALL, core) == [(cast.kitamachi, "北町")]
        assert areas_of(session, ALL.where(Handoff.is_sealed.is_(False)), core) == []
        assert sealed.is_sealed
