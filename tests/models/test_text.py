"""What people type comes back as they typed it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.text import clean, clean_line, excess, is_blank, length

FAMILY = "👨‍👩‍👧‍👦"
SCOTLAND = "🏴󠁧󠁢󠁳󠁣󠁴󠁿"


@pytest.mark.parametrize(
    "typed",
    [
        "𠮷田さんと髙﨑さん",
        "葛\U000e0100城",
        "か\u3099っこう",
        f"{FAMILY}と{SCOTLAND}",
        "㍻と①とｶﾞｽ",
        "一行目\n\t二行目 ",
        "\ufeff先頭",
    ],
)
def test_rare_characters_come_back_equal(typed: str) -> None:
    assert clean(typed) == typed


@given(st.text(st.characters(exclude_categories=("Cc", "Cs"))))
def test_whatever_can_be_written_comes_back_equal(typed: str) -> None:
    assert clean(typed) == typed


def test_control_characters_are_taken_out_and_line_ends_made_one() -> None:
    assert clean("a\x00b\x1b[31m\x85c\x7f\r\nd\re\tf") == "ab[31mc\nd\ne\tf"


def test_a_lone_surrogate_becomes_a_replacement_character() -> None:
    assert clean("a\ud83db") == "a\ufffdb"
    assert clean("\ud83d\ude00") == "\ufffd\ufffd"


@given(st.text(st.characters(codec=None)))
def test_cleaning_twice_is_cleaning_once_and_can_be_stored(typed: str) -> None:
    once = clean(typed)
    assert clean(once) == once
    assert once.encode().decode() == once


def test_a_name_is_one_line_read_in_one_direction() -> None:
    assert clean_line(" 山田\u202eexe.\n\u2066太郎\u200f\u3000 ") == "山田exe. 太郎"
    assert clean_line(f"{FAMILY}") == FAMILY


@pytest.mark.parametrize(
    ("typed", "n"),
    [
        ("", 0),
        ("が", 1),
        ("か\u3099", 1),
        ("葛\U000e0100", 1),
        (FAMILY, 1),
        (SCOTLAND, 1),
        ("𠮷野家", 3),
        ("a\nb", 3),
    ],
)
def test_length_counts_what_a_reader_counts(typed: str, n: int) -> None:
    assert length(typed) == n


def test_a_pile_of_marks_on_one_letter_is_long() -> None:
    assert length("a" + "\u0301" * 100_000) > 6000


def test_excess_is_what_is_too_much() -> None:
    assert excess("あいう", 3) == 0
    assert excess("あいうえ", 3) == 1
    assert excess("か\u3099" * 3, 3) == 0


@pytest.mark.parametrize(
    "typed",
    ["", " \n\t\u3000", "\u200b\u200d\ufeff\u2060", "\ufe0f\U000e0100", "\u3164\u2800\x00\u180b"],
)
def test_what_cannot_be_seen_is_blank(typed: str) -> None:
    assert is_blank(typed)


@pytest.mark.parametrize("typed", ["。", "\u200ba", "👍", "\u3099", "〇"])
def test_what_can_be_seen_is_not_blank(typed: str) -> None:
    assert not is_blank(typed)


@given(st.text())
def test_length_never_counts_more_than_there_is(typed: str) -> None:
    assert length(typed) <= len(typed)
    assert length(unicodedata.normalize("NFC", typed)) <= length(typed) or len(typed) > 16
