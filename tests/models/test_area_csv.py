"""An office's own table puts towns into areas and areas to desks, whole or not at all."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import area_csv
from models.area import Area, AreaKind, AreaTown
from models.area_csv import NAME_LENGTH, Assigned, WrongRows, assign, read
from models.desk import DeskArea
from models.routing import desk_for
from models.store import Store
from tests.town import build

TABLE = """town,living_area,school_district,beat,association,desk
北町,北部,みさき小,第1,北町会,北の相談室
北町,,,第2,,
南町,南部,みさき小,第3,,南の相談室
島,,みさき小,,,つながり支援課
"""


@pytest.fixture
def town(store: Store) -> Store:
    """A store that holds the tests' town."""
    with store.write() as session:
        build(session)
    return store


def lies_in(session: Session) -> dict[str, set[str]]:
    """Towns and the names of the areas they lie in."""
    found: dict[str, set[str]] = {}
    for town in Area.of_kind(session, AreaKind.TOWN):
        of_town = sa.select(AreaTown.area_id).where(AreaTown.town_id == town.id)
        areas = session.scalars(sa.select(Area).where(Area.id.in_(of_town)))
        found[town.name] = {area.name for area in areas}
    return found


def everything(session: Session) -> list[str]:
    """All rows that a table may write."""
    tables = (Area.__table__, AreaTown.__table__, DeskArea.__table__)
    return sorted(repr(tuple(row)) for table in tables for row in session.execute(sa.select(table)))


def problems_of(error: WrongRows) -> list[tuple[str, dict[str, object]]]:
    """Code and parameters of what is wrong."""
    return [(problem.code, dict(problem.params)) for problem in error.problems]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932"])
@pytest.mark.parametrize("mark", [",", "\t"])
def test_a_table_is_read_as_offices_save_it(encoding: str, mark: str) -> None:
    data = TABLE.replace(",", mark).replace("\n", "\r\n").encode(encoding)
    rows = read(data)
    assert [row.number for row in rows] == [2, 3, 4, 5]
    assert rows[0].areas == {
        AreaKind.LIVING_AREA: "北部",
        AreaKind.SCHOOL_DISTRICT: "みさき小",
        AreaKind.BEAT: "第1",
        AreaKind.ASSOCIATION: "北町会",
    }
    assert (rows[1].town, rows[1].areas, rows[1].desk) == ("北町", {AreaKind.BEAT: "第2"}, "")


def test_towns_lie_in_their_areas_and_areas_go_to_their_desks(town: Store) -> None:
    with town.write() as session:
        assert assign(session, read(TABLE.encode())) == Assigned(towns=3, areas=7, desks=3)
    with town.read() as session:
        assert lies_in(session) == {
            "北町": {"北部", "みさき小", "第1", "第2", "北町会"},
            "南町": {"南部", "みさき小", "第3"},
            "島": {"みさき小"},
        }
        desks = {}
        for area in Area.of_kind(session, AreaKind.TOWN):
            desk = desk_for(session, area)
            desks[area.name] = desk.name if desk else None
    assert desks == {"北町": "北の相談室", "南町": "南の相談室", "島": "つながり支援課"}


def test_the_same_table_again_changes_nothing(town: Store) -> None:
    with town.write() as session:
        assign(session, read(TABLE.encode()))
        once = everything(session)
    with town.write() as session:
        assign(session, read(TABLE.encode()))
        assert everything(session) == once


def test_a_later_table_moves_only_what_it_names(town: Store) -> None:
    with town.write() as session:
        assign(session, read(TABLE.encode()))
        assign(session, read("town,beat,living_area,desk\n北町,第9,,\n,,,\n".encode()))
        assign(session, read("town,living_area,desk\n南町,南部,北の相談室\n".encode()))
        assert lies_in(session)["北町"] == {"北部", "みさき小", "第9", "北町会"}
        south = next(a for a in Area.of_kind(session, AreaKind.TOWN) if a.name == "南町")
        desk = desk_for(session, south)
        assert desk is not None
        assert desk.name == "北の相談室"


@pytest.mark.parametrize("said", ["北圏域", "北部"])
def test_an_area_that_was_renamed_is_found_by_either_name(town: Store, said: str) -> None:
    with town.write() as session:
        north = session.scalars(sa.select(Area).where(Area.name == "北部")).one()
        north.name = "北圏域"
    with town.write() as session:
        assign(session, read(f"town,living_area\n北町,{said}\n".encode()))
        kinds = [area.name for area in Area.of_kind(session, AreaKind.LIVING_AREA)]
        kitamachi = session.scalars(sa.select(Area).where(Area.name == "北町")).one()
        desk = desk_for(session, kitamachi)
        assert desk is not None
        assert (desk.name, sorted(kinds)) == ("北の相談室", ["北圏域", "南部"])


def test_a_name_in_use_wins_over_one_that_an_area_came_with(town: Store) -> None:
    with town.write() as session:
        north, south = (
            session.scalars(sa.select(Area).where(Area.name == name)).one()
            for name in ("北部", "南部")
        )
        north.name = "北圏域"
        session.flush()
        south.name = "北部"
    with town.write() as session:
        assign(session, read("town,living_area\n島,北部\n".encode()))
        assert lies_in(session)["島"] == {"北部"}


def test_towns_and_desks_are_found_however_they_are_written(town: Store) -> None:
    with town.write() as session:
        rows = read("Ｔｏｗｎ, desk\n 大字北町　,北ノ相談室\n".encode())
        assert assign(session, rows).desks == 1


def test_every_wrong_line_is_named_and_nothing_is_written(town: Store) -> None:
    with town.write() as session:
        session.add(Area(kind=AreaKind.TOWN, code="島-2", name="島", kana="トウ"))
    with town.read() as session:
        before = everything(session)
    table = (
        "town,living_area,desk\n北町,北部,北の相談室\n東町,東部,\n島,,\n"
        "南町,北部,南の相談室\n南町,南部,西の相談室\n"
    )
    with pytest.raises(WrongRows) as wrong, town.write() as session:
        assign(session, read(table.encode()))
    assert problems_of(wrong.value) == [
        ("csv_unknown_town", {"row": 3, "town": "東町"}),
        ("csv_several_towns", {"row": 4, "town": "島"}),
        ("csv_two_desks", {"row": 5, "area": "北部"}),
        ("csv_unknown_desk", {"row": 6, "desk": "西の相談室"}),
    ]
    with town.read() as session:
        assert everything(session) == before


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "csv_no_town_column"),
        (b"town\n\x81", "csv_unreadable"),
        (b'town\n"' + b"x" * 200_000 + b'"', "csv_unreadable"),
        (b'town\n"x"y', "csv_unreadable"),
        ("町,窓口\n北町,北".encode(), "csv_no_town_column"),
        (b"town,colour\nx,red", "csv_unknown_column"),
        (b"town\n" * (area_csv.MOST_ROWS + 1), "csv_too_big"),
        (b"living_area,town\nx\n", "csv_no_town"),
        (b"town,beat\nx," + b"y" * (NAME_LENGTH + 1), "csv_too_long"),
    ],
)
def test_a_file_that_cannot_be_taken_says_why(data: bytes, code: str) -> None:
    with pytest.raises(WrongRows) as wrong:
        read(data)
    assert [problem.code for problem in wrong.value.problems] == [code]


def test_no_more_problems_are_told_than_somebody_reads() -> None:
    with pytest.raises(WrongRows) as wrong:
        read(b"town,beat\n" + b",x\n" * 500)
    assert len(wrong.value.problems) == 50
