"""Area, seal and vacancies decide exactly one desk, whatever is missing."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import place
from models.area import Area, AreaKind, AreaTown
from models.desk import Desk, DeskArea, DeskKind
from models.membership import Membership
from models.routing import NotStarted, desk_for, meant, route
from models.store import Store
from models.urgency import Urgency
from tests import town
from tests.town import MORNING, Cast


@pytest.fixture
def cast(either: Store) -> Cast:
    with either.write() as session:
        return town.build(session, noise=False)


def _desk(
    session: Session, area: int | None, urgency: Urgency = Urgency.SOON, **seal: bool
) -> Desk:
    return route(session, area, urgency, sealed=seal.get("sealed", False)).desk


def test_a_town_goes_to_the_desk_of_the_area_that_contains_it(either: Store, cast: Cast) -> None:
    with either.write() as session:
        assert _desk(session, cast.kitamachi).id == cast.north_desk
        assert _desk(session, cast.minamimachi).id == cast.south_desk
        assert _desk(session, cast.north).id == cast.north_desk


def test_a_town_that_no_desk_covers_goes_to_the_core(either: Store, cast: Cast) -> None:
    with either.write() as session:
        assert _desk(session, cast.shima).id == cast.core
        assert _desk(session, None).id == cast.core


def test_several_towns_of_one_desk_are_the_area_that_holds_them_all(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        kita, minami = (session.get_one(Area, one) for one in (cast.kitamachi, cast.minamimachi))
        mori = _town(session, "森")
        assert meant(session, [kita, mori]) is None
        session.add(AreaTown(area_id=cast.north, town_id=mori.id))
        assert meant(session, [kita, minami]) is None
        found = meant(session, [kita, mori])
        assert found is not None
        assert found.id == cast.north
        assert _desk(session, found.id).id == cast.north_desk


def _town(session: Session, name: str) -> Area:
    town = Area(kind=AreaKind.TOWN, code=name, name=name)
    session.add(town)
    session.flush()
    return town


def test_towns_that_no_desk_covers_are_none_of_them(either: Store, cast: Cast) -> None:
    with either.write() as session:
        towns = [_town(session, "東山町"), _town(session, "西山町")]
        assert meant(session, towns) is None
        session.add_all(AreaTown(area_id=cast.city, town_id=town.id) for town in towns)
        assert meant(session, towns) is None


def test_towns_of_one_desk_without_an_area_that_holds_them_are_none_of_them(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        towns = [_town(session, "東山町"), _town(session, "西山町")]
        session.add_all(DeskArea(area_id=town.id, desk_id=cast.north_desk) for town in towns)
        assert meant(session, towns) is None


def test_where_there_may_be_more_towns_than_were_found_nobody_is_sure(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        towns = [_town(session, f"山{n}") for n in range(place.MOST)]
        session.add_all(AreaTown(area_id=cast.north, town_id=town.id) for town in towns)
        assert meant(session, towns) is None
        found = meant(session, towns[1:])
        assert found is not None
        assert found.id == cast.north


def test_where_areas_overlap_the_nearest_kind_decides(either: Store, cast: Cast) -> None:
    with either.write() as session:
        beat = Area(kind=AreaKind.BEAT, code="坂", name="坂")
        session.add(beat)
        session.flush()
        session.add(AreaTown(area_id=beat.id, town_id=cast.kitamachi))
        session.add(DeskArea(area_id=beat.id, desk_id=cast.south_desk))
    with either.write() as session:
        assert _desk(session, cast.kitamachi).id == cast.south_desk


def _beat(session: Session, *towns: int) -> int:
    beat = Area(kind=AreaKind.BEAT, code="坂", name="坂")
    session.add(beat)
    session.flush()
    session.add_all(AreaTown(area_id=beat.id, town_id=town) for town in towns)
    return beat.id


def test_a_beat_without_a_desk_of_its_own_goes_where_its_towns_go(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        beat = _beat(session, cast.kitamachi, cast.shima)
    with either.write() as session:
        assert _desk(session, beat).id == cast.north_desk


def test_a_beat_whose_towns_have_several_desks_goes_to_the_core(either: Store, cast: Cast) -> None:
    with either.write() as session:
        beat = _beat(session, cast.kitamachi, cast.minamimachi)
    with either.write() as session:
        assert _desk(session, beat).id == cast.core


def test_a_sealed_note_goes_to_the_core_and_is_shown_at_its_usual_door(
    either: Store, cast: Cast
) -> None:
    with either.write() as session:
        way = route(session, cast.kitamachi, Urgency.SOON, sealed=True)
        assert (way.desk.id, way.door.id) == (cast.core, cast.north_desk)


def test_an_unstaffed_desk_is_stood_in_for_by_its_backup(either: Store, cast: Cast) -> None:
    with either.write() as session:
        for membership in session.query(Membership).filter_by(desk_id=cast.south_desk):
            membership.ended_at = MORNING
    with either.write() as session:
        assert _desk(session, cast.minamimachi).id == cast.core


def test_volunteers_take_no_hurried_notes(either: Store, cast: Cast) -> None:
    with either.write() as session:
        session.get_one(Desk, cast.north_desk).is_volunteer = True
    with either.write() as session:
        assert _desk(session, cast.kitamachi, Urgency.MEMO).id == cast.north_desk
        assert _desk(session, cast.kitamachi, Urgency.SOON).id == cast.north_desk
        assert _desk(session, cast.kitamachi, Urgency.TODAY).id == cast.core
        assert _desk(session, cast.kitamachi, Urgency.NOW).id == cast.core


def test_without_a_core_nothing_can_be_owned(either: Store) -> None:
    with either.write() as session, pytest.raises(NotStarted):
        route(session, None, Urgency.SOON, sealed=False)


def test_an_area_without_a_desk_has_none(either: Store, cast: Cast) -> None:
    with either.write() as session:
        assert desk_for(session, session.get_one(Area, cast.shima)) is None


def test_desks_that_back_up_each_other_end_at_the_core(either: Store, cast: Cast) -> None:
    with either.write() as session:
        circle = (cast.north_desk, cast.south_desk)
        for one, other in (circle, circle[::-1]):
            session.execute(sa.update(Desk).where(Desk.id == one).values(backup_id=other))
            for membership in Membership.active(session, one):
                membership.ended_at = MORNING
    with either.write() as session:
        assert _desk(session, cast.kitamachi).id == cast.core
        east = Desk(name="東", kind=DeskKind.INTAKE_POINT, made_at=MORNING)
        east.check_backup(session.get_one(Desk, cast.north_desk))
