"""控え番号: what is copied from paper opens, what was miscopied does not."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.receipt_code import check_digits, generate, parse, show

SIXTEEN = st.text("0123456789", min_size=16, max_size=16)


def test_a_code_has_eighteen_digits_and_never_comes_twice() -> None:
    codes = {generate() for _ in range(200)}
    assert len(codes) == 200
    assert all(len(code) == 18 and code.isdigit() and parse(code) == code for code in codes)


def test_the_check_digits_are_those_of_iso_7064() -> None:
    assert check_digits("0000000000000000") == "98"
    assert check_digits("1234567890123456") == f"{98 - 123456789012345600 % 97:02}"
    code = "1234567890123456" + check_digits("1234567890123456")
    assert int(code) % 97 == 1


def test_a_code_is_shown_in_groups() -> None:
    assert show("123456789012345678") == "1234-5678-9012-3456-78"


@given(SIXTEEN)
def test_a_shown_code_opens_however_it_is_typed(first: str) -> None:
    code = first + check_digits(first)
    wide = show(code).translate({ord("0") + n: chr(ord("０") + n) for n in range(10)})
    assert parse(show(code)) == code
    assert parse(wide.replace("-", "ー")) == code
    assert parse(f"　{show(code).replace('-', ' ')}\n") == code


@given(SIXTEEN, st.integers(0, 17), st.integers(1, 9))
def test_one_wrong_digit_is_caught(first: str, at: int, by: int) -> None:
    code = first + check_digits(first)
    wrong = code[:at] + str((int(code[at]) + by) % 10) + code[at + 1 :]
    assert parse(wrong) is None


@given(SIXTEEN, st.integers(0, 16))
def test_two_digits_changed_round_are_caught(first: str, at: int) -> None:
    code = first + check_digits(first)
    turned = code[:at] + code[at + 1] + code[at] + code[at + 2 :]
    assert turned == code or parse(turned) is None


@pytest.mark.parametrize("typed", ["", "1234", "12345678901234567x", "9" * 19, "²" * 18, "٣" * 18])
def test_what_is_no_code_opens_nothing(typed: str) -> None:
    assert parse(typed) is None


def test_check_digits_that_are_equal_but_for_97_are_not_taken() -> None:
    first = next(f"{n:016}" for n in range(100) if check_digits(f"{n:016}") == "02")
    assert parse(first + "02") is not None
    assert parse(first + "99") is None


def test_a_long_text_is_answered_at_once() -> None:
    before = time.process_time()
    assert parse("1 " * 500_000) is None
    assert time.process_time() - before < 1
