"""Where a note says somebody lives: town, numbers, building, room, or a description."""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import NamedTuple

from models import normalise
from models.household import landmarks
from models.household.landmarks import Mark


class Towns(NamedTuple):
    """The names of a municipality and of its towns, in the form of `normalise.place`."""

    wholes: tuple[str, ...] = ()
    names: frozenset[str] = frozenset()

    @staticmethod
    def of(wholes: Collection[str], names: Collection[str]) -> Towns:
        """From names as they are written."""
        folded = frozenset(normalise.place(name) for name in names)
        return Towns(tuple(normalise.place(whole) for whole in wholes), folded)


NOWHERE = Towns()


class Whereabouts(NamedTuple):
    """A place as it was understood; what was not told is empty."""

    town: str = ""
    lot: tuple[str, ...] = ()
    building: str = ""
    block: str = ""
    """The building's own number or letter."""
    room: str = ""
    """Its number; where only the floor was told, that: 3f."""
    mark: Mark = landmarks.NONE

    @property
    def is_flat(self) -> bool:
        """Whether it is one home among several."""
        return bool(self.building or self.block or self.room)


_POSTAL = re.compile(r"^[0-9]{3}-[0-9]{4}")
_NUMBER_ALONE = re.compile("(?<=[町台丘野谷])[一二三四五六七八九十百]+$")
_BLOCK_ALONE = re.compile(r"丁目?\s*$")
_TOWN = re.compile(r"[^0-9]*?[町台丘野村谷](?=[0-9]|$)")
_LONGEST_TOWN = 16
_LOT = re.compile(r"([0-9]+(?:-[0-9]+)*)(?![0-9軒番町棟f])")
_FLOOR = re.compile(r"ノ?([0-9])f")
_BLOCK = re.compile(r"([0-9]+|[a-z])号?[棟館]")
_ROOM = re.compile(r"(?:([a-z])|(?<![0-9])([0-9]+)-)?([0-9]+)$")
_FIRST_ROOM = 101


def understood(typed: str, towns: Towns = NOWHERE, town: str = "") -> Whereabouts:
    """What a place says, however it was typed; `town`: where it is known already, folded."""
    # 谷町七十七: what counts nothing after a town is its number.
    counted = f"{typed}番" if _NUMBER_ALONE.search(typed) else typed
    folded = normalise.place(counted.replace("〒", ""))
    folded = _POSTAL.sub("", folded, count=1)
    for whole in towns.wholes:
        folded = folded.partition(whole)[2] or folded
    town = town or _town(folded, towns.names)
    rest = folded.removeprefix(town).lstrip("-ノ")
    numbers = _LOT.match(rest)
    if numbers is None:
        return _in_building(town, (), rest)
    if _BLOCK_ALONE.search(typed):
        return Whereabouts(town)
    return _in_building(town, tuple(numbers[1].split("-")), rest[numbers.end() :].lstrip("-"))


def _town(folded: str, names: frozenset[str]) -> str:
    """The longest name that it begins with; else what stands before its first number."""
    for length in range(min(len(folded), _LONGEST_TOWN), 0, -1):
        if folded[:length] in names:
            return folded[:length]
    before = _TOWN.match(folded)
    return before[0] if before else ""


def _in_building(town: str, lot: tuple[str, ...], rest: str) -> Whereabouts:
    """With the building, the block and the room that follow the numbers."""
    name, floor = _taken(_FLOOR, rest)
    name, block = _taken(_BLOCK, name)
    found = _ROOM.search(name)
    room = f"{floor}f" if floor else ""
    if found:
        block, room, name = block or found[1] or found[2] or "", found[3], name[: found.start()]
    elif not room and not rest and len(lot) > 1 and int(lot[-1]) >= _FIRST_ROOM:
        lot, room = lot[:-1], lot[-1]
    name = name.strip("-ノ")
    mark = landmarks.understood(name) if name and not found else landmarks.NONE
    is_building = bool(block or room or mark.is_shared)
    return Whereabouts(town, lot, name if is_building else "", block, room, mark)


def _taken(pattern: re.Pattern[str], text: str) -> tuple[str, str]:
    """What remains without a match, and what the match names."""
    found = pattern.search(text)
    return (text[: found.start()] + text[found.end() :], found[1]) if found else (text, "")
