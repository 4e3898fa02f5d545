"""What every page of this door knows: the town, and whom to telephone."""

from __future__ import annotations

from flask import render_template

from blueprints import access
from models.desk import Desk
from models.town import Town

Page = tuple[str, int]


def page(template: str, status: int = 200, **values: object) -> Page:
    """A page of this door."""
    session = access.reading()
    core = Desk.core(session)
    return (
        render_template(
            f"join/{template}.html",
            town=Town.of(session),
            telephone="" if core is None else core.telephone,
            status=status,
            **values,
        ),
        status,
    )
