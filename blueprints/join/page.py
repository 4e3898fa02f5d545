"""What every page of this door knows: the town, and whom to telephone."""

from __future__ import annotations

import sqlalchemy as sa
from flask import render_template

from blueprints import access
from blueprints.join import bp
from models.desk import Desk
from models.town import Town

Page = tuple[str, int]


def page(template: str, status: int = 200, **values: object) -> Page:
    """A page of this door."""
    return (
        render_template(
            f"join/{template}.html",
            town=Town.of(access.reading()),
            status=status,
            **values,
        ),
        status,
    )


@bp.app_template_global()
def core_telephone() -> str:
    """Whom to telephone; empty in a town without a core, and while the database is away."""
    try:
        core = Desk.core(access.reading())
    except (sa.exc.OperationalError, sa.exc.TimeoutError):
        return ""
    return "" if core is None else core.telephone
