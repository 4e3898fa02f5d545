"""Spans of missing numbers behave as the set of numbers they stand for."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.gaps import LARGEST, SPANS_KEPT, Gaps, number

STEPS = st.lists(st.tuples(st.booleans(), st.integers(1, 30)), max_size=60)


@given(STEPS)
def test_gaps_are_the_numbers_that_were_given_out_and_never_came(
    steps: list[tuple[bool, int]],
) -> None:
    gaps, missing, last = Gaps(), set(), 0
    for comes, n in steps:
        if comes:
            gaps, missing = gaps.closed(n), missing - {n}
        else:
            gaps, missing = (
                gaps.opened(last + 1, last + n),
                missing | set(range(last + 1, last + n + 1)),
            )
            last += n + 1
        assert gaps.first(10_000) == sorted(missing)
        assert gaps.count == len(missing)
        assert Gaps.read(str(gaps)) == gaps
        assert all((k in gaps) == (k in missing) for k in range(1, last + 2))


def test_neighbours_are_one_span() -> None:
    assert str(Gaps().opened(1, 2).opened(3, 3).opened(5, 9)) == "1-3 5-9"
    assert Gaps().opened(4, 3) == Gaps()


def test_a_leap_to_the_last_number_is_one_span_too() -> None:
    gaps = Gaps().opened(1, LARGEST)
    assert gaps.count == LARGEST
    assert gaps.first(3) == [1, 2, 3]
    assert str(gaps.closed(2)) == f"1 3-{LARGEST}"


def test_no_phone_makes_the_list_long() -> None:
    gaps = Gaps()
    for n in range(1, 4 * SPANS_KEPT, 2):
        gaps = gaps.opened(n, n)
    assert len(gaps.spans) == SPANS_KEPT
    assert len(Gaps(((1, LARGEST), *gaps.spans)).closed(5).spans) == SPANS_KEPT


@pytest.mark.parametrize(
    ("value", "found"),
    [
        (1, 1),
        ("1", 1),
        (0, 0),
        (LARGEST, LARGEST),
        (str(LARGEST), LARGEST),
        (LARGEST + 1, None),
        (-1, None),
        ("-1", None),
        ("１", None),
        ("1e3", None),
        ("9" * 5000, None),
        ("", None),
        (1.0, None),
        (True, None),
        (None, None),
        ([1], None),
    ],
)
def test_what_is_no_number_that_scripts_count_exactly_is_none(
    value: object, found: int | None
) -> None:
    assert number(value) == found
