"""When staff hear of something: as they chose, in their hours, and never in silence."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest

from models.calendar import OpeningCalendar
from models.desk import Desk, DeskKind
from models.membership import Reader
from models.person import TellOf
from models.quiet import plan
from models.town_time import TOKYO

EVERY, HURRIED, TWICE, DUTY = (uuid.uuid4() for _ in range(4))
TOLD = [
    Reader(EVERY),
    Reader(HURRIED, TellOf.HURRIED),
    Reader(TWICE, TellOf.TWICE),
    Reader(DUTY, TellOf.TWICE, on_duty=True),
]
NAMES = {EVERY: "every", HURRIED: "hurried", TWICE: "twice", DUTY: "duty"}


def at(text: str) -> dt.datetime:
    """An instant on the town's clock."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TOKYO).astimezone(dt.UTC)


def desk(*, has_duty: bool = False, hours: dict[str, list[list[str]]] | None = None) -> Desk:
    week = {str(day): [["08:30", "17:15"]] for day in range(5)}
    return Desk(
        kind=DeskKind.INTAKE_POINT,
        name="北",
        has_duty=has_duty,
        hours=week if hours is None else hours,
        closings=[],
    )


def heard(
    now: str, *, is_hurried: bool = False, is_owed: bool = False, of: Desk | None = None
) -> dict[str, str]:
    """Who hears of it when, by name: "at once", or as the town's clock says."""
    found = plan(TOLD, of or desk(), at(now), is_hurried=is_hurried, is_owed=is_owed)
    assert not set(found.at_once) & set(found.kept)
    later = {
        NAMES[one]: f"{then.astimezone(TOKYO):%m-%d %H:%M}" for one, then in found.kept.items()
    }
    return {NAMES[one]: "at once" for one in found.at_once} | later


def everybody(when: str) -> dict[str, str]:
    return dict.fromkeys(NAMES.values(), when)


def test_in_opening_hours_each_hears_as_they_chose() -> None:
    assert heard("2026-11-24T09:20") == {
        "every": "at once",
        "twice": "11-24 13:00",
        "duty": "11-24 13:00",
    }


@pytest.mark.parametrize("why", ["is_hurried", "is_owed"])
def test_what_is_in_a_hurry_or_owed_comes_to_everybody_at_once(why: str) -> None:
    assert heard("2026-11-24T09:20", **{why: True}) == everybody("at once")


def test_off_duty_nothing_comes_until_the_desk_opens() -> None:
    evening = "2026-11-27T17:15"
    assert heard(evening) == {
        "every": "11-30 08:30",
        "twice": "11-30 08:30",
        "duty": "11-30 08:30",
    }
    for why in ("is_hurried", "is_owed"):
        assert heard(evening, **{why: True}) == everybody("11-30 08:30")


def test_over_new_year_it_waits_for_the_first_opening_day() -> None:
    assert heard("2026-12-28T17:15", is_hurried=True) == everybody("01-04 08:30")
    assert heard("2026-12-31T23:59", is_owed=True) == everybody("01-04 08:30")
    assert heard("2026-11-03T10:00", is_hurried=True) == everybody("11-04 08:30"), "文化の日"


def test_the_duty_list_hears_of_what_is_in_a_hurry_at_any_hour() -> None:
    with_duty = desk(has_duty=True)
    later = everybody("01-04 08:30")
    assert heard("2027-01-01T03:00", is_hurried=True, of=with_duty) == later | {"duty": "at once"}
    assert heard("2027-01-01T03:00", is_owed=True, of=with_duty) == later


def test_where_nobody_stands_on_the_list_everybody_hears_of_it() -> None:
    alone = [one for one in TOLD if not one.on_duty]
    found = plan(alone, desk(has_duty=True), at("2027-01-01T03:00"), is_hurried=True, is_owed=False)
    assert (set(found.at_once), found.kept) == ({EVERY, HURRIED, TWICE}, {})


@pytest.mark.parametrize(("last_on", "is_here"), [(31, False), (30, True)])
def test_who_is_away_is_not_counted_on_the_duty_list(last_on: int, *, is_here: bool) -> None:
    away = dt.date(2026, 12, 29), dt.date(2026, 12, last_on)
    told = [Reader(EVERY), Reader(DUTY, None, on_duty=True, away_from=away[0], away_until=away[1])]
    night = at("2026-12-31T00:30")
    found = plan(told, desk(has_duty=True), night, is_hurried=True, is_owed=False)
    assert set(found.at_once) == ({DUTY} if is_here else {EVERY, DUTY})
    told.append(Reader(TWICE, TellOf.TWICE, on_duty=True))
    found = plan(told, desk(has_duty=True), night, is_hurried=True, is_owed=False)
    assert set(found.at_once) == ({DUTY, TWICE} if is_here else {TWICE})


def test_who_is_away_hears_of_no_plain_note_while_somebody_who_does_is_here() -> None:
    away = {"away_from": dt.date(2026, 11, 24), "away_until": dt.date(2026, 11, 30)}
    told = [Reader(EVERY), Reader(DUTY, **away), Reader(HURRIED, TellOf.HURRIED)]

    def told_of(now: str, *, is_hurried: bool = False, is_owed: bool = False) -> set[uuid.UUID]:
        found = plan(told, desk(), at(now), is_hurried=is_hurried, is_owed=is_owed)
        return {*found.at_once, *found.kept}

    assert told_of("2026-11-24T09:20") == {EVERY}
    assert told_of("2026-11-24T09:20", is_hurried=True) == {EVERY, DUTY, HURRIED}
    assert told_of("2026-11-24T09:20", is_owed=True) == {EVERY, DUTY, HURRIED}
    # What the night kept back comes as the desk opens, on the first day on which they are back.
    assert told_of("2026-11-29T20:00") == {EVERY}
    assert told_of("2026-11-30T20:00") == {EVERY, DUTY}
    told.remove(Reader(EVERY))
    assert told_of("2026-11-24T09:20") == {DUTY}


def test_a_desk_that_never_opens_has_no_hours_to_be_quiet_in() -> None:
    assert heard("2026-11-24T03:00", of=desk(hours={})) == {
        "every": "at once",
        "twice": "at once",
        "duty": "at once",
    }


@pytest.mark.parametrize(
    ("spans", "now", "then"),
    [
        ([("08:30", "17:15")], "08:00", "24 08:30"),
        ([("08:30", "17:15")], "08:30", "24 13:00"),
        ([("08:30", "17:15")], "13:00", "25 08:30"),
        ([("10:00", "17:15")], "08:00", "24 10:00"),
        ([("08:30", "12:00"), ("13:30", "17:15")], "08:30", "24 13:30"),
        ([("08:30", "12:00")], "09:00", "25 08:30"),
        ([("18:00", "20:00")], "09:00", "24 18:00"),
        ([("06:00", "08:00")], "05:00", "24 06:00"),
        ([("06:00", "08:00")], "06:00", "25 06:00"),
    ],
)
def test_a_summary_comes_while_the_desk_is_open(
    spans: list[tuple[str, str]], now: str, then: str
) -> None:
    week = [(dt.time.fromisoformat(a), dt.time.fromisoformat(b)) for a, b in spans]
    calendar = OpeningCalendar(dict.fromkeys(range(7), week))
    found = calendar.next_time((dt.time(8, 30), dt.time(13)), at(f"2026-11-24T{now}"))
    assert f"{found.astimezone(TOKYO):%d %H:%M}" == then
