"""A town office's own table: which town lies in which areas, and which desk receives them.

Columns: `town`, and any of `living_area`, `school_district`, `beat`, `association`, `desk`.
A town may stand in several lines, one for each further area.
"""

from __future__ import annotations

import csv
import datetime as dt
import io
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models import audit, normalise, text
from models.area import Area, AreaKind, AreaTown
from models.desk import Desk, DeskArea
from models.draft_values import Problem
from models.errors import DomainError
from models.person import Person
from models.town import Town

MOST_ROWS = 20_000
NAME_LENGTH = 80
_PROBLEMS_SHOWN = 50
_KINDS = {
    kind.value: kind
    for kind in (
        AreaKind.LIVING_AREA,
        AreaKind.SCHOOL_DISTRICT,
        AreaKind.BEAT,
        AreaKind.ASSOCIATION,
    )
}
COLUMNS = ("town", *_KINDS, "desk")


class WrongRows(DomainError):
    """The table cannot be taken; nothing of it was. `problems` say why, line by line."""

    key = "problem.csv_unreadable"

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__()
        self.problems = problems[:_PROBLEMS_SHOWN]


@dataclass(frozen=True)
class Row:
    """One line: a town, the areas it lies in by kind, and the desk; `number` as a sheet has it."""

    number: int
    town: str
    areas: Mapping[AreaKind, str]
    desk: str


@dataclass(frozen=True)
class Assigned:
    """How much a table said: towns, areas and areas with a desk."""

    towns: int
    areas: int
    desks: int


def read(data: bytes) -> list[Row]:
    """The rows of a file in UTF-8 (with or without BOM) or CP932; raises WrongRows."""
    try:
        written = _decode(data)
        mark = "\t" if "\t" in written.partition("\n")[0] else ","
        lines = list(csv.reader(io.StringIO(written, newline=""), delimiter=mark, strict=True))
    except (UnicodeDecodeError, csv.Error):
        raise WrongRows([Problem("file", "csv_unreadable")]) from None
    header = [unicodedata.normalize("NFKC", cell).strip().lower() for cell in (lines or [[]])[0]]
    problems = _header_problems(header)
    if len(lines) > MOST_ROWS:
        problems.append(Problem("file", "csv_too_big", {"n": MOST_ROWS}))
    if problems:
        raise WrongRows(problems)
    return _rows(header, lines)


def assign(session: Session, rows: Iterable[Row]) -> Assigned:
    """Put towns into areas and areas to desks; the same again changes nothing.

    For each kind that a town's lines name, the town then lies in exactly the areas named. A
    desk receives the living area of its line, else the town itself. Raises WrongRows, naming
    every line; the caller's transaction then ends without a trace.
    """
    table = _Table(session)
    for row in rows:
        table.take(row)
    if table.problems:
        raise WrongRows(table.problems)
    return table.write()


def take(
    session: Session, rows: Iterable[Row], now: dt.datetime, by: Person | None = None
) -> Assigned:
    """`assign`, and write down who did; None is whoever sits at the machine."""
    done = assign(session, rows)
    town = Town.of(session)
    if town is not None:
        audit.record(session, "assign", town, now=now, by=None if by is None else by.id)
    return done


class _Table:
    """What all lines say together, before anything is written."""

    def __init__(self, session: Session) -> None:
        self.problems: list[Problem] = []
        self._session = session
        self._towns: defaultdict[str, list[Area]] = defaultdict(list)
        for town in Area.of_kind(session, AreaKind.TOWN):
            self._towns[town.folded].append(town)
        self._desks = {normalise.place(d.name): d for d in session.scalars(sa.select(Desk))}
        self._named: set[int] = set()
        self._areas: dict[tuple[AreaKind, str], Area] = {}
        self._lies_in: defaultdict[tuple[int, AreaKind], set[str]] = defaultdict(set)
        self._received: dict[tuple[AreaKind, str], tuple[Area | None, Desk]] = {}

    def take(self, row: Row) -> None:
        """Find what one line names, and hold it against the lines before."""
        towns = self._towns.get(normalise.place(row.town), [])
        if len(towns) != 1:
            code = "csv_several_towns" if towns else "csv_unknown_town"
            self._complain(row, code, town=row.town)
            return
        self._named.add(towns[0].id)
        for kind, name in row.areas.items():
            self._lies_in[towns[0].id, kind].add(name)
        if row.desk:
            self._take_desk(row, towns[0])

    def write(self) -> Assigned:
        """Bring the database to what the lines say."""
        for (town_id, kind), names in self._lies_in.items():
            self._put(town_id, kind, {self._area(kind, name).id for name in names})
        for (kind, name), (town, desk) in self._received.items():
            area = town or self._area(kind, name)
            self._session.merge(DeskArea(area_id=area.id, desk_id=desk.id))
        self._session.flush()
        return Assigned(len(self._named), len(self._areas), len(self._received))

    def _take_desk(self, row: Row, town: Area) -> None:
        desk = self._desks.get(normalise.place(row.desk))
        if desk is None:
            self._complain(row, "csv_unknown_desk", desk=row.desk)
            return
        living_area = row.areas.get(AreaKind.LIVING_AREA)
        area = (AreaKind.LIVING_AREA, living_area) if living_area else (town.kind, town.code)
        _, first = self._received.setdefault(area, (None if living_area else town, desk))
        if first is not desk:
            self._complain(row, "csv_two_desks", area=living_area or town.name)

    def _area(self, kind: AreaKind, name: str) -> Area:
        known = self._areas.get((kind, name))
        if known is None:
            known = self._known(kind, name) or Area(kind=kind, code=name, name=name)
            self._session.add(known)
            self._session.flush()
            self._areas[kind, name] = known
        return known

    def _known(self, kind: AreaKind, name: str) -> Area | None:
        """The area of that name; else the one that came with it and is called otherwise now."""
        either = sa.or_(Area.name == name, Area.code == name)
        found = sa.select(Area).where(Area.kind == kind, either)
        return self._session.scalar(found.order_by(Area.name != name, Area.id).limit(1))

    def _put(self, town_id: int, kind: AreaKind, area_ids: set[int]) -> None:
        joined = sa.select(AreaTown).join(Area, Area.id == AreaTown.area_id)
        rows = self._session.scalars(joined.where(AreaTown.town_id == town_id, Area.kind == kind))
        has = {row.area_id: row for row in rows}
        for gone in has.keys() - area_ids:
            self._session.delete(has[gone])
        new = sorted(area_ids - has.keys())
        self._session.add_all(AreaTown(area_id=area_id, town_id=town_id) for area_id in new)

    def _complain(self, row: Row, code: str, **params: object) -> None:
        self.problems.append(Problem("file", code, {"row": row.number, **params}))


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp932")


def _header_problems(header: list[str]) -> list[Problem]:
    if "town" not in header:
        return [Problem("file", "csv_no_town_column")]
    known = ", ".join(COLUMNS)
    return [
        Problem("file", "csv_unknown_column", {"column": column, "columns": known})
        for column in header
        if column and column not in COLUMNS
    ]


def _rows(header: list[str], lines: list[list[str]]) -> list[Row]:
    rows, problems = [], []
    for number, cells in enumerate(lines[1:], start=2):
        said = {column: text.clean_line(c) for column, c in zip(header, cells, strict=False)}
        if not any(said.values()):
            continue
        town = said.get("town", "")
        if not town:
            problems.append(Problem("file", "csv_no_town", {"row": number}))
        problems += [
            Problem("file", "csv_too_long", {"row": number, "column": column})
            for column, name in said.items()
            if text.excess(name, NAME_LENGTH)
        ]
        areas = {kind: said[column] for column, kind in _KINDS.items() if said.get(column)}
        rows.append(Row(number, town, areas, said.get("desk", "")))
    if problems:
        raise WrongRows(problems)
    return rows
