"""Where a worry is: towns by postal code or by name, however they are typed."""

from __future__ import annotations

import re
from collections.abc import Iterable

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import normalise
from models.area import Area, AreaKind, AreaTown, PostalCode, by_reading
from models.base import run

MOST = 30
"""How many towns a look-up gives at most."""

_BESIDE_DIGITS = re.compile(r"[\s\u3012\u30fc\u2010-\u2015\u2212-]+")
_POSTAL_CODE = re.compile(r"[0-9]{7}")
_JOINTS = "-\u30ce"
"""What stands between a town and a house: a dash, or the folded ノ."""


def find(session: Session, text: str) -> list[Area]:
    """The towns a postal code or a name means, in the order of their readings.

    An exact name or reading comes alone; else the town that an address begins with, which
    goes on with a number (前川12 is 前川, 前川町 is not); else all that contain the text.
    """
    coded = by_postal_code(session, text)
    if coded is not None:
        return coded
    asked = normalise.place(text)
    if not asked:
        return []
    return _towns(session, Area.folded == asked) or _among_all(session, asked)


def by_postal_code(session: Session, text: str) -> list[Area] | None:
    """The towns of a postal code; None where the text is none."""
    code = _BESIDE_DIGITS.sub("", normalise.digits(text))
    if not _POSTAL_CODE.fullmatch(code):
        return None
    ids = sa.select(PostalCode.town_id).where(PostalCode.code == code)
    return _towns(session, Area.id.in_(ids))


def house(session: Session, area_id: int | None, detail: str) -> tuple[int, str] | None:
    """The town of an area that a detail names, and the house in it, folded.

    The only town of an area needs no naming. None where no town is told, or no house: one house
    number stands for a house in each of several towns.
    """
    asked = normalise.place(detail)
    if area_id is None or not asked:
        return None
    rows = run(session, _NAMES_IN, {"of": area_id}).all()
    towns = [(row.id, row.folded) for row in rows if row.kind is AreaKind.TOWN]
    named = _named(towns, asked)
    if named is None and not asked[0].isdigit():
        wholes = [row.folded for row in rows if row.kind is AreaKind.MUNICIPALITY]
        named = _named(towns, _without(wholes, asked))
    if named is None and len(towns) == 1:
        named = towns[0][0], asked
    return named if named and named[1] else None


def houses(session: Session, area_ids: Iterable[int], text: str) -> list[tuple[int, str]]:
    """The houses that a text may mean in the towns of some areas, as `house` finds them in notes.

    In the town that it names, and the whole of it in each: a building may have a town's name.
    """
    asked = normalise.place(text)
    if not asked:
        return []
    rows = run(session, _TOWNS_OF, {"some": list(area_ids)}).all()
    towns = [(row.id, row.folded) for row in rows if row.kind is AreaKind.TOWN]
    wholes = [row.folded for row in rows if row.kind is AreaKind.MUNICIPALITY]
    named = _named(towns, asked) or _named(towns, _without(wholes, asked))
    return [*([named] if named and named[1] else []), *((id_, asked) for id_, _ in towns)]


_OF = sa.bindparam("of", type_=sa.Integer())
_SOME = sa.bindparam("some", expanding=True, type_=sa.Integer())


def _names_in(
    is_it: sa.ColumnElement[bool], is_in_it: sa.ColumnElement[bool]
) -> sa.Select[int, str, AreaKind]:
    """The towns that are some areas, or lie in them, and the municipality itself."""
    within = sa.or_(is_it, Area.id.in_(sa.select(AreaTown.town_id).where(is_in_it)))
    towns = sa.and_(Area.kind == AreaKind.TOWN, within)
    whole = Area.kind == AreaKind.MUNICIPALITY
    return sa.select(Area.id, Area.folded, Area.kind).where(sa.or_(whole, towns))


_NAMES_IN = _names_in(Area.id == _OF, AreaTown.area_id == _OF)
_TOWNS_OF = _names_in(Area.id.in_(_SOME), AreaTown.area_id.in_(_SOME))


def _named(towns: Iterable[tuple[int, str]], asked: str) -> tuple[int, str] | None:
    """The town with the longest name that an address begins with, and what follows."""
    begun = [(len(name), id_) for id_, name in towns if _goes_on(asked, name) is not None]
    if not begun:
        return None
    length, id_ = max(begun)
    return id_, asked[length:].lstrip(_JOINTS)


def _without(wholes: Iterable[str], asked: str) -> str:
    """An address without the municipality that it begins with."""
    for whole in wholes:
        asked = asked.partition(whole)[2] or asked
    return asked


def _among_all(session: Session, asked: str) -> list[Area]:
    wholes = Area.of_kind(session, AreaKind.MUNICIPALITY)
    asked = _without((whole.folded for whole in wholes), asked)
    towns = Area.of_kind(session, AreaKind.TOWN)
    named = [town for town in towns if asked in (town.folded, normalise.place(town.kana))]
    if named:
        return named
    begun = [town for town in towns if _begins(asked, town.folded)]
    if begun:
        longest = max(len(town.folded) for town in begun)
        return [town for town in begun if len(town.folded) == longest]
    return [t for t in towns if asked in t.folded or asked in normalise.place(t.kana)][:MOST]


def _begins(asked: str, name: str) -> bool:
    rest = _goes_on(asked, name)
    return rest is not None and rest.lstrip("-")[:1].isdigit()


def _goes_on(asked: str, name: str) -> str | None:
    """What follows a name; None where there is another, as 丘12 is not in 丘1."""
    if not name or not asked.startswith(name):
        return None
    rest = asked[len(name) :]
    return None if name[-1].isdigit() and rest[:1].isdigit() else rest


def _towns(session: Session, condition: sa.ColumnElement[bool]) -> list[Area]:
    towns = sa.select(Area).where(Area.kind == AreaKind.TOWN, condition)
    return sorted(session.scalars(towns), key=by_reading)[:MOST]
