"""Where a worry is: towns by postal code or by name, however they are typed."""

from __future__ import annotations

import re
from collections.abc import Callable

import jaconv
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import normalise
from models.area import Area, AreaKind, PostalCode

MOST = 30
"""How many towns a look-up gives at most."""

_BESIDE_DIGITS = re.compile(r"[\s\u3012\u30fc\u2010-\u2015\u2212-]+")
_POSTAL_CODE = re.compile(r"[0-9]{7}")


def find(session: Session, text: str) -> list[Area]:
    """The towns a postal code or a name means, in the order of their readings.

    An exact name or reading comes alone; else the town with which the text goes on (an
    address); else all that contain it. One statement for a code or exact name, two else.
    """
    code = _BESIDE_DIGITS.sub("", normalise.digits(text))
    if _POSTAL_CODE.fullmatch(code):
        return _by_postal_code(session, code)
    asked = normalise.place(text)
    if not asked:
        return []
    exact = _towns(session, Area.folded == asked)
    return exact or _among_all(session, asked)


def _by_postal_code(session: Session, code: str) -> list[Area]:
    ids = sa.select(PostalCode.town_id).where(PostalCode.code == code)
    return _towns(session, Area.id.in_(ids))


def _among_all(session: Session, asked: str) -> list[Area]:
    kinds = (AreaKind.TOWN, AreaKind.MUNICIPALITY)
    rows = list(session.scalars(sa.select(Area).where(Area.kind.in_(kinds)).order_by(*_ORDER)))
    for row in rows:
        if row.kind is AreaKind.MUNICIPALITY:
            asked = asked.removeprefix(row.folded) or asked
    towns = [row for row in rows if row.kind is AreaKind.TOWN]
    ways: tuple[Callable[[Area], bool], ...] = (
        lambda town: asked in (town.folded, normalise.place(town.kana)),
        lambda town: bool(town.folded) and asked.startswith(town.folded),
        lambda town: asked in town.folded or asked in normalise.place(town.kana),
    )
    found = next(filter(None, ([t for t in towns if way(t)] for way in ways)), [])
    if found and asked.startswith(found[0].folded):
        longest = max(len(town.folded) for town in found)
        found = [town for town in found if len(town.folded) == longest]
    return found[:MOST]


_ORDER = (Area.kana, Area.id)


def _towns(session: Session, condition: sa.ColumnElement[bool]) -> list[Area]:
    reading = jaconv.hira2kata(unicodedata.normalize("NFKC", text).strip())
    towns = sa.select(Area).where(Area.kind == AreaKind.TOWN, condition)
    return list(session.scalars(towns.order_by(*_ORDER).limit(MOST)))
