"""Six digits: how they may be typed, and which are refused because others would think of them."""

from __future__ import annotations

import random

import pytest

from models import pin
from models.errors import Invalid


@pytest.mark.parametrize("typed", ["482913", " 482 913 ", "４８２９１３", "482-913"])
def test_digits_are_read_however_a_phone_writes_them(typed: str) -> None:
    assert pin.read(typed) == "482913"


@pytest.mark.parametrize("typed", ["", "48291", "4829134", "48291a", "²²²²²²a", "四八二九一三"])
def test_anything_else_is_no_number(typed: str) -> None:
    assert pin.read(typed) is None
    with pytest.raises(Invalid, match="six"):
        pin.chosen(typed)


@pytest.mark.parametrize(
    "digits",
    ["000000", "123456", "987654", "789012", "121212", "413413", "112233", "111222", "147258"],
)
def test_a_pattern_is_refused_kindly(digits: str) -> None:
    with pytest.raises(Invalid, match="easy"):
        pin.chosen(digits)


@pytest.mark.parametrize("digits", ["550314", "300229", "991231", "195503", "200112"])
def test_a_day_of_birth_is_refused_kindly(digits: str) -> None:
    with pytest.raises(Invalid, match="day"):
        pin.chosen(digits)


def test_nearly_all_other_numbers_are_taken() -> None:
    dice = random.Random(1)
    tried = [f"{dice.randrange(10**6):06d}" for _ in range(2000)]
    taken = 0
    for digits in tried:
        try:
            taken += pin.chosen(digits) == digits
        except Invalid:
            continue
    assert taken > 0.92 * len(tried)
