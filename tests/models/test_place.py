"""A town is found by its postal code or its name, however they are typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from sqlalchemy.orm import Session

from models import place
from models.area import Area, AreaKind, PostalCode
from models.store import Store

TOWNS = [
    ("朝日町", "アサヒマチ", "5180721"),
    ("家野", "イエノ", "5180607"),
    ("葛尾", "クズオ", "5180607"),
    ("桔梗が丘1番町", "キキョウガオカ1バンチョウ", "5180621"),
    ("桔梗が丘西1番町", "キキョウガオカニシ1バンチョウ", "5180641"),
    ("前川", "マエカワ", "5180001"),
    ("前川町", "マエカワチョウ", "5180002"),
    ("美旗町中１番", "ミハタチョウナカ１バン", "5180617"),
    ("八幡", "ヤバタ", "5180605"),
]


@pytest.fixture
def session(store: Store) -> Iterator[Session]:
    with store.write() as session:
        session.add(Area(kind=AreaKind.MUNICIPALITY, code="24208", name="名張市"))
        session.add(Area(kind=AreaKind.LIVING_AREA, code="朝日町", name="朝日町"))
        for name, kana, code in TOWNS:
            town = Area(kind=AreaKind.TOWN, code=name, name=name, kana=kana)
            session.add(town)
            session.flush()
            session.add(PostalCode(code=code, town_id=town.id))
    with store.read() as session:
        yield session


@pytest.mark.parametrize(
    ("typed", "names"),
    [
        ("518-0721", ["朝日町"]),
        ("〒５１８ー０７２１", ["朝日町"]),
        ("5180607", ["家野", "葛尾"]),
        ("5189999", []),
        ("518", []),
        ("", []),
        ("　\u200b", []),
        ("朝日町", ["朝日町"]),
        ("あさひまち", ["朝日町"]),
        ("三重県名張市 朝日町", ["朝日町"]),
        ("朝日町12番地の3", ["朝日町"]),
        ("桔梗ヶ丘一番町", ["桔梗が丘1番町"]),
        ("桔梗が丘1番町2-3", ["桔梗が丘1番町"]),
        ("桔梗", ["桔梗が丘1番町", "桔梗が丘西1番町"]),
        ("ききょうがおか", ["桔梗が丘1番町", "桔梗が丘西1番町"]),
        ("美旗町中一番", ["美旗町中１番"]),
        ("前川", ["前川"]),
        ("前川町3", ["前川町"]),
        ("前川12", ["前川"]),
        ("八幡屋", []),
        ("名張市", []),
        ("%", []),
        ("_" * 3, []),
    ],
)
def test_a_town_is_found_as_people_type_it(session: Session, typed: str, names: list[str]) -> None:
    assert [area.name for area in place.find(session, typed)] == names


def test_a_look_up_gives_no_more_than_a_list_can_hold(store: Store) -> None:
    with store.write() as session:
        session.add_all(
            Area(kind=AreaKind.TOWN, code=f"{n}", name=f"緑が丘{n}番町") for n in range(40)
        )
    with store.read() as session:
        assert len(place.find(session, "緑が丘")) == place.MOST
