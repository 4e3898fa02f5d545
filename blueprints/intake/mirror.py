"""ふりかえり: how a desk kept its word by month, as one picture and its table; nobody is in it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import request

from blueprints import access, at_desk
from blueprints.access import Permission, allow
from blueprints.at_desk import Page
from blueprints.intake import bp
from models.desk import Desk
from models.mirror import MirrorMonth, month_of, months_before
from models.mirror_keeping import SHOWN

LEAST = 6
"""So many months have their place in the picture from the start."""
_LEFT, _WIDTH, _FOOT, _HEIGHT = 48, 308, 172, 150


@dataclass(frozen=True)
class Column:
    """One month in the picture: where it stands, and how high its figures are, if any."""

    month: dt.date
    x: float
    wide: float
    in_time: float | None
    read: float | None

    @staticmethod
    def of(month: dt.date, figures: MirrorMonth | None, nth: int, of: int) -> Column:
        """In pixels of the picture; the nth of so many columns."""
        wide = _WIDTH / of
        shares = (None, None) if figures is None else (figures.in_time_share, figures.read_share)
        highs = [None if share is None else _HEIGHT * share / 100 for share in shares]
        return Column(month, _LEFT + wide * (nth + 0.5), min(wide * 0.56, 28), *highs)


@bp.get("/desk/mirror")
@allow(Permission.MIRROR_READ)
def show_mirror() -> Page:
    """The months that are over, the newest first in the table, last in the picture."""
    desk = at_desk.chosen_desk()
    has_sealed = access.actor().reads_sealed_at(desk.id)
    is_sealed = has_sealed and request.args.get("of") == "sealed"
    months = _months(desk, is_sealed=is_sealed)
    return at_desk.page(
        "intake/show_mirror.html",
        desk,
        "mirror",
        has_sealed=has_sealed,
        is_sealed=is_sealed,
        months=months[::-1],
        **_picture(months),
    )


def _months(desk: Desk, *, is_sealed: bool) -> list[MirrorMonth]:
    """The oldest first."""
    found = access.listing(MirrorMonth, Permission.MIRROR_READ).where(
        MirrorMonth.desk_id == desk.id,
        MirrorMonth.is_sealed.is_(is_sealed),
        MirrorMonth.month >= months_before(month_of(access.now()), SHOWN),
    )
    return list(access.reading().scalars(found.order_by(MirrorMonth.month)))


def _picture(months: list[MirrorMonth]) -> dict[str, Any]:
    return {"columns": _columns(months), "foot": _FOOT, "height": _HEIGHT}


def _columns(months: list[MirrorMonth]) -> list[Column]:
    if not months:
        return []
    last, found = months_before(month_of(access.now()), 1), {one.month: one for one in months}
    n = 1
    while n < LEAST or months_before(last, n - 1) > months[0].month:
        n += 1
    shown = [months_before(last, n - 1 - nth) for nth in range(n)]
    return [Column.of(month, found.get(month), nth, n) for nth, month in enumerate(shown)]
