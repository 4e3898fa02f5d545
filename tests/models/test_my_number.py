"""Individual numbers are found in a text, telephone numbers and codes are not."""

from __future__ import annotations

import pytest

from models.my_number import is_in, mask


@pytest.mark.parametrize(
    "words",
    ["123456789018", "番号は１２３４ ５６７８ ９０１８です", "1234-5678-9018", "100000000005"],
)
def test_a_valid_individual_number_is_found(words: str) -> None:
    assert is_in(words)


@pytest.mark.parametrize(
    "words",
    ["", "123456789012", "090-1234-5678", "1234567890181", "1234-5678-9018-3456-78の控え1"],
)
def test_other_digits_are_let_through(words: str) -> None:
    assert not is_in(words)


def test_a_rest_of_nought_or_one_has_check_digit_nought() -> None:
    assert is_in("000000000620")
    assert is_in("000000000060")
    assert not is_in("000000000061")


@pytest.mark.parametrize(
    ("words", "left"),
    [
        ("番号は１２３４ ５６７８ ９０１８です", "番号は●●●● ●●●● ●●●●です"),
        ("①②③④-5678-9018、090-1234-5678", "●●●●-●●●●-●●●●、090-1234-5678"),
        ("⑫③4567890⑱", "●●●●●●●●●●"),
        ("0001 1234 5678 9018", "0001 ●●●● ●●●● ●●●●"),
        ("𝟏𝟐𝟑𝟒56789018", "●●●●●●●●●●●●"),
        ("123456789012", "123456789012"),
    ],
)
def test_what_is_found_is_masked_and_nothing_else(words: str, left: str) -> None:
    assert mask(words) == left
    assert not is_in(left)
    assert is_in(words) is (words != left)
