"""Whether two notes may be about one household, and why: a proposal to a person, never a decision.

A pure function of what two notes say. Its weights were set on generated households and judged on
pairs that had been written by hand before it (`tests/support/households`).
"""

from __future__ import annotations

import datetime as dt
from enum import Enum
from typing import NamedTuple

from models import sign
from models.household import buildings, called, landmarks, whereabouts
from models.household.called import Called, Likeness
from models.household.whereabouts import Towns, Whereabouts


class Place(Enum):
    """How two places stand to each other."""

    HOME = "home"
    MARK = "mark"
    LOT = "lot"
    """The same number or description, and one does not say in which town."""
    BUILDING = "building"
    """One building and nobody says which room, or one room and nobody says in which building."""
    PART = "part"
    """One has all numbers of the other but the last."""
    NEAR = "near"
    """One number differs as it does when it is mistyped."""
    TOWN = "town"
    DIFFERENT = "different"


class Sketch(NamedTuple):
    """A note as far as it says whom it is about."""

    place: Whereabouts
    names: tuple[Called, ...]
    on: dt.date
    fields: frozenset[str]


class Companion(NamedTuple):
    """How likely it is, and the codes of what speaks for it, the place first."""

    score: int
    why: tuple[str, ...]


LIKELY = 60
"""From this score on a note is shown as a companion."""
_PLACE = {
    Place.HOME: 70,
    Place.MARK: 62,
    Place.LOT: 40,
    Place.BUILDING: 40,
    Place.PART: 40,
    Place.NEAR: 22,
    Place.TOWN: 20,
}
_NAME = {
    Likeness.FULL: 45,
    Likeness.FAMILY: 30,
    Likeness.SIMILAR: 20,
    Likeness.UNKNOWN: 0,
    Likeness.DIFFERENT: -50,
}
_SOON, _LONG, _YEAR = dt.timedelta(days=14), dt.timedelta(days=120), dt.timedelta(days=366)
_TRUSTED_LONG = (Likeness.FULL, Likeness.FAMILY)


def sketch(
    place: str, name: str, on: dt.date, signs: tuple[str, ...], towns: Towns = whereabouts.NOWHERE
) -> Sketch:
    """What a note says, understood once; `towns`: those by which its place may begin."""
    return sketch_at(whereabouts.understood(place, towns), name, on, signs)


def sketch_at(place: Whereabouts, name: str, on: dt.date, signs: tuple[str, ...]) -> Sketch:
    """The same of a note whose place is understood already."""
    return Sketch(place, called.understood(name), on, sign.fields_of(signs))


def compare(one: Sketch, other: Sketch) -> Companion | None:
    """The likeness of two notes; None where they are hardly about one household."""
    place = place_of(one.place, other.place)
    if place is Place.DIFFERENT:
        return None
    name = called.compare(one.names, other.names)
    apart = abs(one.on - other.on)
    is_alike = bool(one.fields & other.fields)
    score = _PLACE[place] + _NAME[name] + _by_date(apart, name) + 3 * is_alike
    if score < LIKELY:
        return None
    why = [f"place_{place.value}"]
    if _NAME[name] > 0:
        why.append(f"name_{name.value}")
    if apart <= _SOON:
        why.append("date_near")
    if is_alike:
        why.append("signs_alike")
    return Companion(score, tuple(why))


def _by_date(apart: dt.timedelta, name: Likeness) -> int:
    """People move: what was long ago counts less where no name holds it together."""
    if apart <= _SOON:
        return 2
    if name in _TRUSTED_LONG or apart <= _LONG:
        return 0
    return -5 if apart <= _YEAR else -12


def place_of(one: Whereabouts, other: Whereabouts) -> Place:
    """How two places stand to each other."""
    if one.town != other.town and one.town and other.town:
        return Place.DIFFERENT
    found = _in_town(one, other)
    is_sure = bool(one.town and other.town) or found not in (Place.HOME, Place.MARK)
    return found if is_sure else Place.LOT


def _in_town(one: Whereabouts, other: Whereabouts) -> Place:
    lot = _lots(one.lot, other.lot)
    if lot is Place.DIFFERENT or not _may_share_door(one, other):
        return Place.DIFFERENT
    is_one_room = bool(one.room and one.room == other.room)
    if lot is Place.TOWN:
        return _without_number(one, other, is_one_room=is_one_room)
    if is_one_room and lot is not Place.NEAR:
        return Place.HOME
    is_flat = one.is_flat or other.is_flat
    return Place.BUILDING if lot is Place.HOME and is_flat else lot


def _lots(one: tuple[str, ...], other: tuple[str, ...]) -> Place:
    if not one or not other:
        return Place.TOWN
    if one == other:
        return Place.HOME
    short, long = sorted((one, other), key=len)
    if len(long) == len(short) + 1 and long[:-1] == short:
        return Place.PART
    apart = [(a, b) for a, b in zip(one, other, strict=False) if a != b]
    is_mistyped = len(short) == len(long) and len(apart) == 1 and _mistyped(*apart[0])
    return Place.NEAR if is_mistyped else Place.DIFFERENT


def _mistyped(one: str, other: str) -> bool:
    """Whether two digits changed places, or one was lost."""
    short, long = sorted((one, other), key=len)
    if len(short) == len(long):
        return sorted(short) == sorted(long)
    return any(long[:n] + long[n + 1 :] == short for n in range(len(long)))


def _may_share_door(one: Whereabouts, other: Whereabouts) -> bool:
    """Whether block, room and building do not say that they are two homes."""
    if one.block and other.block and one.block != other.block:
        return False
    if one.room and other.room and not _rooms_meet(one.room, other.room):
        return False
    return buildings.may_be_one(one.building, other.building)


def _rooms_meet(one: str, other: str) -> bool:
    if one == other:
        return True
    floors = [room[0] for room in (one, other)]
    is_floor = one.endswith("f") != other.endswith("f")
    return is_floor and floors[0] == floors[1]


def _without_number(one: Whereabouts, other: Whereabouts, *, is_one_room: bool) -> Place:
    """Where at least one has no house number."""
    if is_one_room:
        is_named = (one.building and other.building) or one.block == other.block != ""
        return Place.HOME if is_named else Place.BUILDING
    if one.mark is landmarks.NONE or other.mark is landmarks.NONE:
        return Place.TOWN
    if not landmarks.alike(one.mark, other.mark):
        return Place.DIFFERENT
    return Place.BUILDING if one.mark.is_shared or other.mark.is_shared else Place.MARK
