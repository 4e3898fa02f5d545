"""きょうの一枚: what a desk owes today and whom it telephones, on paper and as a table."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass

from flask import Response, render_template

from blueprints import access, at_desk
from blueprints.access import Permission, allow, fresh
from blueprints.intake import bp
from blueprints.intake.rows import Row, Rows, rows_of
from blueprints.intake.silent import count_of
from blueprints.language import plain
from models import held, sign
from models.desk import Desk
from models.handoff import Handoff, State
from models.held import Due
from models.listed import Listed
from models.queue import COUNT_LIMIT, View
from models.town_time import local, local_date

MOST = 200
"""More than anybody does on one day; the sheet says where there are more."""
# Full-width signs, too: some spreadsheets take them for the others, and skip blanks before them.
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
COLUMNS = ("what", "until", "urgency", "place", "house", "called", "about", "words")


@dataclass(frozen=True)
class Day:
    """What stands on the sheet; sealed notes only as a number, since paper is left lying about."""

    owed: list[Row]
    dates: list[Row]
    calls: list[Row]
    silent: int
    """Phones to telephone about: whose, stands on the screen alone."""
    sealed: int
    held: int
    """What waits at the core for a desk, of what is not sealed; elsewhere nothing does."""
    held_today: int
    has_more: bool

    @property
    def held_numbers(self) -> dict[str, int | str]:
        """What the line about them says."""
        numbers = {"n": self.held, "today": self.held_today}
        return {name: _capped(number) for name, number in numbers.items()}

    @staticmethod
    def of(desk: Desk) -> Day:
        """The desk's own day, in the order of its lists."""
        today, calls = (rows_of(desk, v, "", MOST) for v in (View.DUE_TODAY, View.TO_TELEPHONE))
        told, silent = _open(today), count_of(desk)
        both = [row.handoff for row in (*today.rows, *calls.rows)]
        waits = _held_at(desk)
        return Day(
            owed=[row for row in told if row.handoff.state is State.SENT],
            dates=[row for row in told if row.handoff.state is not State.SENT],
            calls=_open(calls),
            silent=silent,
            sealed=len({one.id for one in both if one.is_sealed}) + waits.sealed,
            held=waits.every,
            held_today=waits.today,
            has_more=bool(today.after or calls.after),
        )


@bp.get("/desk/day")
@allow(Permission.QUEUE_READ)
def show_day() -> str:
    """The A4 page; the browser prints it."""
    desk = at_desk.chosen_desk()
    shown = {"day": Day.of(desk), "now": access.now(), "most": COUNT_LIMIT}
    sheet = render_template("intake/show_day.html", desk=desk, **shown)
    at_desk.write_down("day_sheet", desk.id)
    return sheet


@bp.post("/desk/day/table")
@allow(Permission.QUEUE_READ)
@fresh
def create_day_table() -> Response:
    """The same as CSV in UTF-8 with its mark, as a spreadsheet opens it; it is written down."""
    desk = at_desk.chosen_desk()
    table, day = _table(Day.of(desk)), local_date(access.now())
    at_desk.write_down("day_table", desk.id)
    answer = Response(table.encode("utf-8-sig"), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="kizuki-{day}.csv"'
    return answer


def _held_at(desk: Desk) -> Due:
    if not desk.is_core:
        return Due(0, 0, 0)
    to_place = access.listing(Handoff, Permission.HELD_PLACE)
    return held.due(access.reading(), to_place, desk, access.now())


def _open(rows: Rows) -> list[Row]:
    return [row for row in rows.rows if not row.handoff.is_sealed]


def _table(day: Day) -> str:
    written = io.StringIO()
    table = csv.writer(written)
    table.writerow(plain(f"desk.day.column.{name}") for name in COLUMNS)
    for kind, rows in (("owed", day.owed), ("date", day.dates), ("call", day.calls)):
        for row in rows:
            table.writerow(map(_safe, _cells(kind, row)))
    if day.silent:
        silent = plain("desk.day.silent", n=_capped(day.silent))
        table.writerow([plain("desk.day.kind.call"), silent])
    if day.held:
        table.writerow([plain("desk.day.kind.place"), plain("desk.day.held", **day.held_numbers)])
    if day.has_more:
        table.writerow([plain("desk.day.more")])
    return written.getvalue()


def _cells(kind: str, row: Row) -> list[str]:
    """One line, in the order of the columns."""
    handoff, note = row.handoff, row.note
    about = note.body.get("about")
    said = filter(None, [note.first_line])
    signs = [plain(f"sign.{one.code}") for one in sign.known(note.body.get("signs", ()))]
    return [
        plain(f"desk.day.kind.{kind}"),
        _until(kind, handoff),
        plain(f"frame.urgency.{handoff.urgency}"),
        note.place,
        note.body.get("place_detail", ""),
        note.body.get("called", ""),
        "" if about is None else plain(f"desk.about.{about}"),
        plain("desk.comma").join([*filter(None, [_others(row)]), *signs, *said]),
    ]


def _others(row: Row) -> str:
    """How many stand under one row, as the page says it."""
    return plain("desk.together.others", n=_capped(row.others)) if row.others else ""


def _capped(number: int) -> int | str:
    return number if number <= COUNT_LIMIT else plain("desk.many", n=COUNT_LIMIT)


def _until(kind: str, handoff: Listed) -> str:
    if kind == "owed":
        return f"{local(handoff.due_at):%Y-%m-%d %H:%M}"
    return str(handoff.next_on or "") if kind == "date" else ""


def _safe(cell: str) -> str:
    """What a spreadsheet would take for a formula is text."""
    is_run = cell.startswith(_FORMULA) or cell.lstrip().startswith(_FORMULA)
    return f"'{cell}" if is_run else cell
