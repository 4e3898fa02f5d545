"""Five thousand households, and notes about them as people write them; one seed, one town."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass

from tests.support.households.spelling import (
    BUILDINGS,
    CALLINGS,
    GIVEN,
    LANDMARKS,
    LOOKS,
    SURNAMES,
    address,
    building,
    mistyped,
    numeral,
    person,
)

HOUSEHOLDS = 5000
TOWNS = tuple(
    front + back
    for front in (
        *("北", "南", "東", "西", "中", "上", "下", "新", "元", "本", "栄", "旭", "港", "谷", "緑"),
        *("桜", "若葉", "青葉", "八幡", "松崎", "柳原", "朝日", "丸の内", "平尾", "夏見", "梅ヶ丘"),
    )
    for back in ("町", "台", "野", "町西", "町東")
)
_FIRST = dt.date(2026, 1, 5)
_FIELDS = (
    ("not_seen", "mail_pile", "no_light", "thin", "repeats", "greeting_stop", "lost_way"),
    ("trash", "gomi", "odor", "animals", "garden", "utility_stop", "arrears"),
    ("hungry", "dirty", "night_out", "no_school", "young_carer", "isolated_parent"),
    ("hikikomori", "p8050", "no_contact", "no_job", "debt", "carer_tired"),
)


@dataclass(frozen=True)
class Written:
    """One note as it was typed, and whose household it is about; 0 where nobody could tell."""

    household: int
    place: str
    name: str
    on: dt.date
    signs: tuple[str, ...]


@dataclass(frozen=True)
class _House:
    number: int
    town: str
    numbers: tuple[int, ...]
    building: tuple[str, str] | None
    room: int
    landmark: str
    surname: int
    people: tuple[tuple[str, str], ...]
    calling: str
    field: int
    since: dt.date


def towns(seed: int) -> Iterator[list[Written]]:
    """The notes of each town, about its households and about nobody in particular."""
    dice = random.Random(seed)
    for n, town in enumerate(TOWNS):
        first = n * HOUSEHOLDS // len(TOWNS) + 1
        last = (n + 1) * HOUSEHOLDS // len(TOWNS)
        houses = list(_houses(dice, town, range(first, last + 1)))
        notes = [note for house in houses for note in _notes(dice, house)]
        yield notes + [_vague(dice, town) for _ in range(4)]


def _houses(dice: random.Random, town: str, numbers: range) -> Iterator[_House]:
    """Houses along a few streets, flats in a few buildings: neighbours everywhere."""
    free = [(c, b, g) for c in range(1, 4) for b in range(1, 15) for g in range(1, 8)]
    dice.shuffle(free)
    blocks = [(dice.choice(BUILDINGS), free.pop()) for _ in range(3)]
    flats = [(n, room) for n in range(3) for room in (101, 102, 103, 201, 202, 203, 301, 302)]
    dice.shuffle(flats)
    street = sorted(free[:60])
    lots, marks = iter(street), dice.sample(LANDMARKS, len(LANDMARKS))
    for number in numbers:
        flat = flats.pop() if flats and dice.random() < 0.35 else None
        block = None if flat is None else blocks[flat[0]]
        surname = dice.randrange(12) if dice.random() < 0.4 else dice.randrange(len(SURNAMES))
        has_mark = block is None and marks and dice.random() < 0.12
        yield _House(
            number=number,
            town=town,
            numbers=block[1] if block else next(lots),
            building=block[0] if block else None,
            room=flat[1] if flat else 0,
            landmark=marks.pop() + dice.choice(LOOKS) if has_mark else "",
            surname=surname,
            people=tuple(dice.sample(GIVEN, 2)),
            calling=dice.choice(CALLINGS),
            field=dice.randrange(len(_FIELDS)),
            since=_FIRST + dt.timedelta(days=dice.randrange(300)),
        )


def _notes(dice: random.Random, house: _House) -> Iterator[Written]:
    for _ in range(dice.choice((1, 1, 2, 2, 2, 3))):
        field = house.field if dice.random() < 0.8 else dice.randrange(len(_FIELDS))
        yield Written(
            house.number,
            _place(dice, house),
            _name(dice, house),
            house.since + dt.timedelta(days=dice.randrange(60)),
            tuple(dice.sample(_FIELDS[field], dice.randint(1, 2))),
        )


def _place(dice: random.Random, house: _House) -> str:
    prefix = dice.choice(("", "", "", "", "みさき市", "三重県みさき市"))
    town = house.town
    if "ヶ" in town:
        town = town.replace("ヶ", dice.choice("ヶケが"))
    if house.landmark:
        return f"{prefix}{town} {_landmark(dice, house.landmark)}"
    lot = address(dice, house.numbers)
    if house.building is None:
        return prefix + town + lot
    return prefix + town + building(dice, lot, house.building, house.room)


def _landmark(dice: random.Random, mark: str) -> str:
    changed = mark
    if dice.random() < 0.4:
        for old, new in (
            ("裏", "うら"),
            ("隣", "となり"),
            ("向かい", "むかい"),
            ("の家", "の家です"),
        ):
            changed = changed.replace(old, new)
    if dice.random() < 0.2:
        changed = changed.replace("、", " ")
    return mistyped(dice, changed, 0.05)


def _name(dice: random.Random, house: _House) -> str:
    chance = dice.random()
    if chance < 0.10:
        return ""
    if chance < 0.20:
        return house.calling
    given = house.people[0 if dice.random() < 0.8 else 1]
    return person(dice, SURNAMES[house.surname], given)


def _vague(dice: random.Random, town: str) -> Written:
    """A note that could be about anybody there."""
    place = dice.choice((town, f"{town}{numeral(dice, dice.randint(1, 3))}丁目"))
    return Written(
        0,
        place,
        dice.choice(("", *CALLINGS[:4])),
        _FIRST + dt.timedelta(days=dice.randrange(360)),
        (dice.choice(_FIELDS[dice.randrange(len(_FIELDS))]),),
    )
