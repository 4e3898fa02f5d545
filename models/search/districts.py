"""Whether a question is the name of a district, its reading, or a postal code of it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import narrowing, normalise, place
from models.area import Area, AreaKind
from models.base import run

_ALL = sa.select(Area.id, Area.name, Area.kana, Area.folded).where(
    Area.kind != AreaKind.MUNICIPALITY
)
_KANA = re.compile(r"[\u30a1-\u30f60-9-]+")


class District(NamedTuple):
    """A district that was asked for, with the areas whose notes may be of it."""

    id: int
    name: str
    around: frozenset[int]


def districts(session: Session, typed: str, occurring: Iterable[int]) -> list[District]:
    """The districts that are meant, as far as notes there, of areas that occur, may be of them."""
    areas, there = _meant(session, typed), frozenset(occurring)
    found = [
        District(id_, name, narrowing.around(session, id_) & there)
        for id_, name in areas[: place.MOST]
    ]
    return [one for one in found if one.around]


def _meant(session: Session, typed: str) -> list[tuple[int, str]]:
    coded = place.by_postal_code(session, typed)
    if coded is not None:
        return [(town.id, town.name) for town in coded]
    asked = normalise.place(typed)
    if not asked:
        return []
    rows = run(session, _ALL, {}).all()
    readings = [row.kana if _KANA.fullmatch(asked) else "" for row in rows]
    folded = normalise.each(normalise.place, readings)
    pairs = zip(rows, folded, strict=True)
    return [(row.id, row.name) for row, kana in pairs if asked in (row.folded, kana)]
