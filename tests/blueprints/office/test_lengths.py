"""What a form's own limit lets through, a column takes: both count, but not the same."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from wtforms import Field

from blueprints.fields import DoorForm, at_most
from models.base import Base
from models.draft import LIMITS
from models.store import Store
from tests.blueprints.office.test_desks import fields
from tests.support.invitations import post
from tests.town import Cast, csrf

KATSU, FAMILY, GA = "葛󠄀", "👨\u200d👩\u200d👧\u200d👦", "か\u3099"
WORST = "か" + "\u3099" * 15
"""As many points as count as one character."""
OTHERS = {"beat.name", "call_number.purpose"}
"""Columns with the name of a field that hold another thing: words of ours."""


@pytest.fixture
def store(shared: Store) -> Store:
    """On PostgreSQL: SQLite holds no column to its length."""
    return shared


def _forms(kind: type[DoorForm] = DoorForm) -> Iterator[type[DoorForm]]:
    for form in kind.__subclasses__():
        yield form
        yield from _forms(form)


def _is_counted(field: Field) -> bool:
    return any(check.__qualname__ == at_most(0).__qualname__ for check in field.validators)


def test_no_column_counts_otherwise_what_a_form_counts(app: Flask) -> None:
    with app.test_request_context():
        typed = {field.name for form in _forms() for field in form() if _is_counted(field)}
    assert typed >= {"does", "label", "run_by", "kana"}
    short = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        for column in table.columns
        if isinstance(column.type, sa.String)
        and not isinstance(column.type, sa.Enum)
        and column.type.length
        and (column.name in typed | set(LIMITS) or table.name == "area")
    }
    assert short - OTHERS == set()


@pytest.mark.parametrize(
    "changed",
    [
        {"does": KATSU * 590},
        {"who": "あ" * 280 + GA * 15},
        {"place": FAMILY * 60},
        {"name": KATSU * 41},
        {"name": WORST * 80, "telephone": "059" + WORST * 27},
    ],
)
def test_a_desk_takes_what_its_form_takes(
    office: FlaskClient, cast: Cast, changed: dict[str, str]
) -> None:
    assert post(office, "/office/desks", **fields(cast, **changed)).status_code == 303


@pytest.mark.parametrize("name", ["㈱" * 50, "\ufdfa" * 80, WORST * 80, FAMILY * 80], ids="abcd")
def test_an_area_takes_what_its_form_takes(office: FlaskClient, cast: Cast, name: str) -> None:
    given = {"kind": "beat", "name": name, "kana": GA * 120}
    assert post(office, "/office/areas", **given).status_code == 303
    table = io.BytesIO(f"town,beat\n北町,{name}\n".encode())
    loaded = office.post("/office/areas/csv", data={"file": (table, "a")}, headers=csrf(office))
    assert "読み込みました。町1、地区1" in loaded.text


def test_a_number_and_the_town_take_what_their_forms_take(office: FlaskClient, cast: Cast) -> None:
    number = {"label": KATSU * 50, "number": "059" + GA * 27, "hint": FAMILY * 120}
    assert post(office, "/office/numbers", **number, place="local").status_code == 303
    about = {"run_by": KATSU * 120, "contact": FAMILY * 200}
    assert post(office, "/office/about", **about).status_code == 303
