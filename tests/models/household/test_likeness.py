"""Why two notes are likely to be of one household, and where the finder holds back."""

from __future__ import annotations

import datetime as dt

import pytest

from models.household.likeness import compare, sketch
from models.household.whereabouts import Towns

TOWNS = Towns.of(["みさき市"], ["北町", "南町"])
DAY = dt.date(2026, 11, 24)


def why(one: tuple[str, str], other: tuple[str, str], days: int = 0) -> tuple[str, ...] | None:
    """The codes of the reasons for two notes, each place and name; None if unlikely."""
    notes = [
        sketch(place, name, on, ("not_seen",), TOWNS)
        for (place, name), on in ((one, DAY), (other, DAY - dt.timedelta(days=days)))
    ]
    found = compare(*notes)
    assert found == compare(*reversed(notes))
    return None if found is None else found.why


@pytest.mark.parametrize(
    ("one", "other", "codes"),
    [
        (("北町3-2-1", "渡辺"), ("北町三丁目2番1号", "渡邊"), ["place_home", "name_family"]),
        (("北町3-2-1", "渡辺ハル"), ("北町3-2-1", "渡辺　ハル"), ["place_home", "name_full"]),
        (("北町3-2-1", "上田"), ("北町3-2-1", "植田"), ["place_home", "name_similar"]),
        (("北町3-2-1", "渡辺"), ("3-2-1", "ワタナベ"), ["place_lot", "name_family"]),
        (("北町3-2-1", "渡辺"), ("北町3-2", "渡辺"), ["place_part", "name_family"]),
        (("北町3-2-1", "渡辺ハル"), ("北町3-12-1", "渡辺ハル"), ["place_near", "name_full"]),
        (("北町3-2-1", "渡辺ハル"), ("北町", "渡辺ハル"), ["place_town", "name_full"]),
        (("北町 橋のたもと", ""), ("北町 橋のたもと", "渡辺"), ["place_mark"]),
        (("北町8 青葉荘", "原"), ("北町8 青葉荘201", "原"), ["place_building", "name_family"]),
        (("北町8-2 3F", ""), ("北町8-2 青葉荘305", "原"), None),
        (("北町8-2 3F", "原"), ("北町8-2 青葉荘305", "原"), ["place_building", "name_family"]),
        (("北町8 県営青葉201", "原"), ("北町8 市営青葉201", "原"), None),
        (("北町3-2-1", ""), ("3-2-1", ""), None),
        (("北町3-2-1", "武内のおばあちゃん"), ("北町3-2-1", "木村"), None),
    ],
)
def test_what_speaks_for_it_is_said(
    one: tuple[str, str], other: tuple[str, str], codes: list[str] | None
) -> None:
    expected = None if codes is None else (*codes, "date_near", "signs_alike")
    assert why(one, other) == expected


def test_what_was_long_ago_counts_less_where_no_name_holds_it_together() -> None:
    house, mark = ("北町3-2-1", ""), ("北町 橋のたもと", "")
    assert why(house, house, days=300) == ("place_home", "signs_alike")
    assert why(mark, mark, days=300) == ("place_mark", "signs_alike")
    assert why(mark, mark, days=500) is None
    named = ("北町 橋のたもと", "渡辺")
    assert why(named, named, days=500) == ("place_mark", "name_family", "signs_alike")
