from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from models import spoken
from models.words import Words

LATE = dt.datetime(2026, 11, 23, 22, 58, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def words() -> Words:
    return Words(Path(__file__).parents[2] / "translations", strict=True)


def test_a_date_is_the_towns_day_in_each_language(words: Words) -> None:
    assert spoken.say_date(words, "ja", LATE) == "11月24日(火)"
    assert spoken.say_date(words, "en", LATE) == "Tuesday 24 November"
    assert spoken.say_date(words, "ja@easy", dt.date(2026, 11, 24)) == "11月24日(火)"


def test_a_shown_date_has_its_ruby(words: Words) -> None:
    month, day, weekday = (
        f"<ruby>{k}<rt>{r}</rt></ruby>" for k, r in (("月", "がつ"), ("日", "にち"), ("火", "か"))
    )
    assert spoken.show_date(words, "ja@easy", LATE) == f"11{month}24{day}({weekday})"


def test_a_time_is_the_towns(words: Words) -> None:
    assert spoken.say_time(LATE) == "7:58"


@pytest.mark.parametrize(
    ("left", "ja", "en"),
    [
        (dt.timedelta(minutes=40, seconds=59), "40分", "40 minutes"),
        (dt.timedelta(hours=1, minutes=59), "1時間", "1 hour"),
        (dt.timedelta(hours=23, minutes=59), "23時間", "23 hours"),
        (dt.timedelta(days=1), "1日", "1 day"),
        (dt.timedelta(days=9, hours=23), "9日", "9 days"),
        (dt.timedelta(seconds=-5), "1分", "1 minute"),
    ],
)
def test_what_is_left_is_said_in_its_greatest_unit(
    words: Words, left: dt.timedelta, ja: str, en: str
) -> None:
    assert spoken.say_left(words, "ja", left) == ja
    assert spoken.say_left(words, "en", left) == en


def test_a_person_is_named_politely(words: Words) -> None:
    assert spoken.say_person(words, "ja", "山本") == "山本さん"
    assert spoken.say_person(words, "en", "Yamamoto") == "Yamamoto"
