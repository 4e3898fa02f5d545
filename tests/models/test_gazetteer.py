"""Real towns and postal codes, brought into the database as often as one likes."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area, AreaKind, AreaTown, PostalCode
from models.gazetteer import (
    Municipality,
    TownName,
    UnknownMunicipality,
    load_municipality,
    read_municipality,
)
from models.store import Store


def codes(town: str, of: str) -> set[str]:
    """The postal codes of the towns of one name."""
    towns = read_municipality(of).towns
    return {code for name, found in towns.items() if name.name == town for code in found}


def test_a_municipality_comes_with_every_town_and_its_postal_code() -> None:
    read = read_municipality("24208")
    assert (read.code, read.name, read.kana) == ("24208", "名張市", "ナバリシ")
    assert len(read.towns) == 175
    assert read.towns[TownName("桔梗が丘1番町", "キキョウガオカ1バンチョウ")] == {"5180621"}


def test_one_postal_code_can_mean_two_towns() -> None:
    assert codes("家野", "24208") == codes("葛尾", "24208") == {"5180607"}


@pytest.mark.parametrize("code", ["24208", "242080", "２４２０８"])
def test_the_code_may_carry_its_check_digit(code: str) -> None:
    assert read_municipality(code).code == "24208"


@pytest.mark.parametrize("code", ["", "名張市", "24200", "14200", "99999", "242081", "2420"])
def test_a_code_of_no_municipality_is_named(code: str) -> None:
    with pytest.raises(UnknownMunicipality) as raised:
        read_municipality(code)
    assert raised.value.params == {"code": code}


def test_a_designated_city_comes_with_its_wards() -> None:
    read = read_municipality("14130")
    assert (read.name, read.kana) == ("川崎市", "")
    assert TownName("川崎区旭町", "アサヒチョウ") in read.towns
    assert {name.name.partition("区")[0] for name in read.towns} >= {"川崎", "麻生", "中原"}


def test_the_floors_of_a_tower_belong_to_the_town_it_stands_in() -> None:
    assert {"1070052", "1076001"} <= codes("赤坂", "13103")
    assert not [town for town in read_municipality("13103").towns if "ビル" in town.name]


def test_rows_of_several_towns_or_lots_give_each_town_its_name() -> None:
    assert {"甲", "乙"} <= {town.name for town in read_municipality("37322").towns}
    names = {town.name for town in read_municipality("03366").towns}
    assert {"湯田", "穴明", "清水ケ野"} <= names
    assert not [name for name in names if name[-1].isdigit()]


def test_a_village_without_named_towns_is_one_itself() -> None:
    assert [town.name for town in read_municipality("19442").towns] == ["北都留郡小菅村"]


def test_a_reading_that_the_data_repeats_is_said_once() -> None:
    readings = {town.kana for town in read_municipality("26104").towns if town.name == "油屋町"}
    assert readings == {"アブラヤチョウ"}


def everything(session: Session) -> list[object]:
    """All rows that a load may write."""
    rows: list[object] = []
    for table in (Area.__table__, AreaTown.__table__, PostalCode.__table__):
        rows.extend(tuple(row) for row in session.execute(sa.select(table)))
    return sorted(rows, key=repr)


def test_loading_twice_is_loading_once(either: Store) -> None:
    with either.write() as session:
        whole = load_municipality(session, "24208")
        assert len(whole.towns) == 175
        once = everything(session)
    with either.write() as session:
        load_municipality(session, read_municipality("24208"))
        assert everything(session) == once


def test_a_later_edition_moves_codes_and_readings_and_keeps_towns(store: Store) -> None:
    first = {TownName("本町", "ホンマチ"): frozenset({"1000001", "1000002"})}
    later = {
        TownName("本町", "ホンチョウ"): frozenset({"1000002", "1000003"}),
        TownName("栄町", "サカエマチ"): frozenset({"1000001"}),
    }
    with store.write() as session:
        load_municipality(session, Municipality("24299", "みさき市", "ミサキシ", first))
        load_municipality(session, Municipality("24299", "みさき市", "ミサキシ", later))
        towns = {a.name: a for a in Area.of_kind(session, AreaKind.TOWN)}
        assert {name: town.kana for name, town in towns.items()} == {
            "本町": "ホンチョウ",
            "栄町": "サカエマチ",
        }
        found = {(p.code, p.town_id) for p in session.scalars(sa.select(PostalCode))}
    main, other = towns["本町"].id, towns["栄町"].id
    assert found == {("1000002", main), ("1000003", main), ("1000001", other)}


def test_towns_of_one_name_are_told_apart_by_their_reading(store: Store) -> None:
    towns = {TownName("本町", kana): frozenset({"1000001"}) for kana in ("ホンマチ", "ホンチョウ")}
    with store.write() as session:
        whole = load_municipality(session, Municipality("24299", "みさき市", "", towns))
        assert sorted(town.code for town in whole.towns) == [
            "24299-本町-ホンチョウ",
            "24299-本町-ホンマチ",
        ]
