"""Places and names meet in one form, whatever way they were typed, and no room is lost."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.normalise import letters, name, place
from models.variants import TABLE


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("一丁目2番地の3", "1-2-3"),
        ("１丁目２番３号", "1-2-3"),
        ("1－2ー3", "1-2-3"),
        ("十二丁目二十番百三号", "12-20-103"),
        ("二丁目三ノ二", "2-3-2"),
        ("1丁目2の3", "1-2-3"),
        ("1‐2−3　405号室", "1-2-3-405"),
        ("1丁目2番3号四〇五号室", "1-2-3-405"),
        ("夏見二千八百番地", "夏見2800"),
        ("大字夏見字中島12", "夏見字中島12"),
        ("赤目町字長坂3番地", "赤目町長坂3"),
        ("桔梗が丘一番町2番3号", "桔梗ケ丘1番町2-3"),
        ("桔梗ヶ丘１番町２－３", "桔梗ケ丘1番町2-3"),
        ("つつじが丘北10番町", "ツツジケ丘北10番町"),
        ("丸の内", "丸ノ内"),
        ("丸之内", "丸ノ内"),
        ("三カ所", "三ケ所"),
        ("四日市の八幡さま", "四日市ノ八幡サマ"),
        ("ﾊｲﾂ櫻 Ａ棟203", "ハイツ桜a棟203"),
        ("コーポ・ひまわり 2階", "コポ・ヒマワリ2f"),
        ("3号棟 201", "3号棟201"),
        ("ファミール", "フアミル"),
        ("ぁんゖ", "アンケ"),
        ("", ""),
    ],
)
def test_a_place_has_one_form(typed: str, same: str) -> None:
    assert place(typed) == same


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1-2-3 405", "1-2-3 406"),
        ("コーポ桜203", "コーポ桜20"),
        ("1-2 3", "1-23"),
        ("12-3", "1-23"),
        ("前川", "前川町"),
        ("3棟201", "3-201"),
        ("コーポ桜", "コーポ桜1"),
        ("2階", "2"),
    ],
)
def test_different_places_and_rooms_stay_apart(one: str, other: str) -> None:
    assert place(one) != place(other)


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("髙﨑さん", "高崎"),
        ("高崎　様", "高崎"),
        ("渡邉 花子", "渡辺花子"),
        ("渡邊花子", "渡辺花子"),
        ("齋藤・齊藤", "斎藤斎藤"),
        ("さわだちゃん", "サワダ"),
        ("ｻﾜﾀﾞ", "サワダ"),
        ("𠮷田", "吉田"),
        ("葛\U000e0100城", "葛城"),
        ("か\u3099んちゃん", "ガン"),
        ("シェーン", "シエン"),
        ("Smith", "smith"),
        ("さん", "サン"),
        ("君", "君"),
    ],
)
def test_a_name_has_one_form(typed: str, same: str) -> None:
    assert name(typed) == same


@pytest.mark.parametrize(
    ("old", "today"),
    [
        *(("靑木", "青木"), ("增田", "増田"), ("渕上", "淵上"), ("豐田", "豊田"), ("穗積", "穂積")),
        *(("兒玉", "児玉"), ("緖方", "緒方"), ("舩木", "船木"), ("桒原", "桑原"), ("萬田", "万田")),
        *(("本鄕", "本郷"), ("槇", "槙"), ("壽", "寿"), ("禮", "礼"), ("寬", "寛"), ("學", "学")),
        *(("莊", "荘"), ("佛", "仏"), ("祢", "禰"), ("籠", "篭"), ("齊藤", "斎藤"), ("戶", "戸")),
        *(("冝保", "宜保"), ("釼持", "剣持"), ("讚岐", "讃岐"), ("鰺坂", "鯵坂"), ("聰", "聡")),
        *(("鎗水", "槍水"), ("鑓水", "槍水"), ("焰", "焔"), ("凞", "熙"), ("熈", "煕")),
        *(("冱", "冴"), ("尓", "爾"), ("畄", "留"), ("渊", "渕")),
    ],
)
def test_an_old_form_meets_todays_in_names_and_places(old: str, today: str) -> None:
    assert name(old) == name(today)
    assert place(f"{old}1-2") == place(f"{today}１丁目２")


def test_every_form_leads_to_its_last_in_one_step() -> None:
    targets = {ord(today) for today in TABLE.values()}
    assert not targets & TABLE.keys()


def test_characters_that_only_look_alike_stay_apart() -> None:
    for one, other in (("大", "太"), ("土", "士"), ("未", "末"), ("谷", "穀"), ("岡", "缶")):
        assert name(one) != name(other)


KANJI = "〇一二三四五六七八九"
CHOME = {"丁目": "番", "-": "-", "－": "ー", "丁目の": "番地の", "ー": "‐"}


def written(number: int, style: str) -> str:
    """A number as people write it."""
    digits = str(number)
    if style == "wide":
        return digits.translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    if style == "kanji":
        return digits.translate({ord("0") + n: KANJI[n] for n in range(10)})
    return digits


numbers = st.tuples(st.integers(1, 20), st.integers(1, 99), st.integers(1, 99))
rooms = st.none() | st.integers(101, 999)
styles = st.sampled_from(["plain", "wide", "kanji"])


@st.composite
def address(draw: st.DrawFn, of: tuple[int, int, int], room: int | None) -> str:
    """One of the ways in which an address can be written."""
    style, chome = draw(styles), draw(st.sampled_from(sorted(CHOME)))
    joined = written(of[0], style) + chome + written(of[1], style) + CHOME[chome]
    joined += written(of[2], style)
    if CHOME[chome].startswith("番"):
        joined += draw(st.sampled_from(["", "号"])) if room is None else "号"
    if room is None:
        return joined
    gap = draw(st.sampled_from([" ", "　", "-"]))
    return joined + gap + written(room, "plain") + draw(st.sampled_from(["", "号室", "号", "室"]))


@given(st.data(), numbers, rooms)
def test_one_address_meets_itself_in_every_writing(
    data: st.DataObject, of: tuple[int, int, int], room: int | None
) -> None:
    one, other = data.draw(address(of, room)), data.draw(address(of, room))
    assert place(one) == place(other)


@given(st.data(), numbers, rooms, numbers, rooms)
def test_two_addresses_never_meet(
    data: st.DataObject,
    of: tuple[int, int, int],
    room: int | None,
    other_of: tuple[int, int, int],
    other_room: int | None,
) -> None:
    if (of, room) != (other_of, other_room):
        assert place(data.draw(address(of, room))) != place(
            data.draw(address(other_of, other_room))
        )


@given(st.text())
def test_folding_twice_is_folding_once_for_names(typed: str) -> None:
    assert name(name(typed) + "さん") == name(typed + "さん")


@pytest.mark.parametrize(
    "unit", ["一", "1", "1-", "ー", "字", "の", " ", "町字", "さん", "1 ", "が\u3099"]
)
@pytest.mark.parametrize("fold", [place, name])
def test_no_text_takes_long(unit: str, fold: object) -> None:
    assert callable(fold)
    before = time.process_time()
    fold(unit * 50_000 + "!")
    assert time.process_time() - before < 1


@given(st.text())
def test_letters_are_those_of_a_name(text: str) -> None:
    assert letters(text) + "0" == name(f"{text}0")
