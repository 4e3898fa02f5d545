"""Where a worry is: towns by postal code or by name, however they are typed."""

from __future__ import annotations

import re

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import normalise
from models.area import Area, AreaKind, PostalCode, by_reading

MOST = 30
"""How many towns a look-up gives at most."""

_BESIDE_DIGITS = re.compile(r"[\s\u3012\u30fc\u2010-\u2015\u2212-]+")
_POSTAL_CODE = re.compile(r"[0-9]{7}")


def find(session: Session, text: str) -> list[Area]:
    """The towns a postal code or a name means, in the order of their readings.

    An exact name or reading comes alone; else the town that an address begins with, which
    goes on with a number (前川12 is 前川, 前川町 is not); else all that contain the text.
    """
    code = _BESIDE_DIGITS.sub("", normalise.digits(text))
    if _POSTAL_CODE.fullmatch(code):
        ids = sa.select(PostalCode.town_id).where(PostalCode.code == code)
        return _towns(session, Area.id.in_(ids))
    asked = normalise.place(text)
    if not asked:
        return []
    return _towns(session, Area.folded == asked) or _among_all(session, asked)


def _among_all(session: Session, asked: str) -> list[Area]:
    for whole in Area.of_kind(session, AreaKind.MUNICIPALITY):
        asked = asked.partition(whole.folded)[2] or asked
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
    return asked.startswith(name) and asked[len(name) :][:1].isdigit()


def _towns(session: Session, condition: sa.ColumnElement[bool]) -> list[Area]:
    towns = sa.select(Area).where(Area.kind == AreaKind.TOWN, condition)
    return sorted(session.scalars(towns), key=by_reading)[:MOST]
