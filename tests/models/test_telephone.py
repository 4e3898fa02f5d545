"""Telephone numbers as people type them."""

from __future__ import annotations

import pytest

from models.telephone import parse


@pytest.mark.parametrize(
    ("typed", "digits"),
    [
        ("090-1234-5678", "09012345678"),
        ("０９０ー１２３４ー５６７８", "09012345678"),
        ("(0595) 63-7111", "0595637111"),
        ("+81 90 1234 5678", "09012345678"),
        ("＋８１（０）９０-1234-5678", "09012345678"),
        ("〇九〇・一二三四・五六七八", "09012345678"),
        ("０５９５６３７１１１", "0595637111"),
        ("+44 20 7946 0958", "+442079460958"),
    ],
)
def test_a_number_is_read_in_every_writing(typed: str, digits: str) -> None:
    assert parse(typed) == digits


@pytest.mark.parametrize(
    "typed", ["", "なし", "119", "00-0000-0000", "090-1234-567x", "0" * 40, "+0123456789", "٠٩٠"]
)
def test_what_cannot_be_dialled_is_no_number(typed: str) -> None:
    assert parse(typed) is None
