"""A note is found however its names and places are spelt, and by nothing else."""

from __future__ import annotations

import pytest

from models.store import Store
from tests.models.search.conftest import AtDesk


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("髙﨑花子さん", "高崎 花子"),
        ("高崎 花子", "髙﨑　花子様"),
        ("渡邊さん", "渡辺"),
        ("渡邉", "渡邊さん"),
        ("斎藤", "齋藤"),
        ("澤田", "沢田"),
        ("增田", "増田 さん"),
        ("青木", "靑木"),
        ("ﾀｹｳﾁ ﾊﾅ", "たけうちはな"),
        ("たけうち　はな", "タケウチ ハナ"),
        ("吉田", "𠮷田"),
        ("青い屋根の方", "青い屋根"),
        ("田中花子", "田中"),
        ("シェーンさん", "ｼｪｰﾝ"),
    ],
)
def test_a_name_is_found_in_every_spelling(store: Store, written: str, asked: str) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        meant, other = at.note(called=written), at.note(called="山本")
        assert at.why(asked, meant) == ("name",)
        assert at.why(asked, other) == ()


@pytest.mark.parametrize(
    ("written", "asked"),
    [
        ("三丁目2番5号", "3-2-5"),
        ("３丁目２の５", "三丁目二番地の五"),
        ("3－2ー5", "北町3‐2−5"),
        ("3-2-5 コーポ桜 203号室", "コーポ・櫻"),
        ("3-2-5 コーポ桜 203", "203"),
        ("三丁目の角の家", "3丁目"),
        ("ひまわり荘", "ヒマワリ荘"),
        ("丸の内ハイツ", "丸之内"),
        ("3-2-5", "みさき市北町3丁目2-5"),
        ("桔梗ヶ丘の家", "桔梗が丘"),
    ],
)
def test_a_place_is_found_in_every_writing(store: Store, written: str, asked: str) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        meant, other = at.note(place_detail=written), at.note(place_detail="99-88")
        assert "place" in at.why(asked, meant)
        assert at.why(asked, other) == ()


@pytest.mark.parametrize(("written", "asked"), [("13-2", "3-2"), ("3-21", "3-2"), ("1203", "203")])
def test_a_number_is_whole(store: Store, written: str, asked: str) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        assert at.why(asked, at.note(place_detail=written)) == ()


@pytest.mark.parametrize(
    ("asked", "why"),
    [
        ("朝刊", ("words",)),
        ("ちょうかん", ()),
        ("抜かれて、いません", ("words",)),
        ("北町三丁目2", ("words",)),
        ("家を出たくない", ("words",)),
        ("郵便がたまって", ("sign",)),
        ("竹内 朝刊", ("name", "words")),
        ("朝刊 ない言葉", ()),
        ("北町", ("place", "words")),
        ("きたまち", ("place",)),
        ("510-0001", ("place",)),
        ("５１００００１", ("place",)),
        ("鈴木", ()),
        ("隣の人", ()),
    ],
)
def test_words_signs_and_districts_say_what_matched(
    store: Store, asked: str, why: tuple[str, ...]
) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        note = at.note(
            called="竹内さん",
            signs=["mail_pile"],
            words="朝刊が抜かれていません。北町3-2の角です。",
            wish="「家を出たくない」",
            show_name=True,
        )
        assert at.why(asked, note) == why


@pytest.mark.parametrize("asked", ["電話", "0312345678", "03-1234-5678", "すずき", "鈴木"])
def test_nobody_is_found_by_who_told(store: Store, asked: str) -> None:
    with store.write() as session:
        at = AtDesk.of(session)
        at.note(contact="telephone", telephone="0312345678", show_name=True)
        assert at.found(asked) == {}
