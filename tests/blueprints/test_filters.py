"""How templates name instants, people and numbers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from blueprints import filters
from tests.browser.stand import NOW, make_app


@pytest.fixture(autouse=True)
def request_in_japanese() -> Iterator[None]:
    with make_app().test_request_context(headers={"Accept-Language": "ja"}):
        yield


def test_today_needs_no_date() -> None:
    assert filters.moment(NOW) == "きょう 9:20"
    assert filters.moment(NOW - dt.timedelta(days=1)) == "11月23日(月) 9:20"


def test_a_date_and_a_time_are_the_towns() -> None:
    assert filters.date(NOW) == "11月24日(火)"
    assert filters.time(NOW) == "9:20"
    assert filters.iso(NOW) == "2026-11-24T09:20+09:00"
    assert filters.iso(dt.date(2026, 11, 24)) == "2026-11-24"


def test_what_is_left_counts_from_now() -> None:
    assert filters.left(NOW + dt.timedelta(minutes=40)) == "40分"


def test_a_person_is_named_politely() -> None:
    assert filters.person("山本") == "山本さん"


def test_a_number_is_a_link_whatever_is_in_it() -> None:
    assert filters.number("0595-00-0101") == "tel:0595000101"
    assert filters.number("#8008") == "tel:%238008"
    assert filters.number("+81 595 00") == "tel:+8159500"
    assert filters.number('1"onclick=x') == "tel:1"
