"""The commands that bring real towns into the database and assign them."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from app import create_app
from models.area import Area, AreaKind, PostalCode
from models.audit import AuditLine
from models.routing import desk_for
from models.settings import Settings
from models.store import Store
from tests.town import build


def run(app: Flask, *args: str) -> tuple[int, str]:
    """Run a command of the command line; give its exit code and what it said."""
    result = app.test_cli_runner().invoke(args=["areas", *args])
    return result.exit_code, result.output


def test_a_municipality_is_loaded_by_its_code_and_again_without_change(
    app: Flask, store: Store
) -> None:
    for _ in range(2):
        code, said = run(app, "load", "24208")
        assert code == 0
        assert "名張市" in said
        assert "175" in said
    with store.read() as session:
        assert len(Area.of_kind(session, AreaKind.TOWN)) == 175
        assert session.scalar(sa.select(sa.func.count()).select_from(PostalCode)) == 175


def test_a_code_of_no_municipality_is_one_sentence(app: Flask, store: Store) -> None:
    code, said = run(app, "load", "99999")
    assert code == 1
    assert said.strip().endswith("99999 という市区町村コードは見つかりませんでした。")
    with store.read() as session:
        assert session.scalar(sa.select(Area.id)) is None


@pytest.mark.parametrize("encoding", ["utf-8-sig", "cp932"])
def test_a_table_assigns_towns_and_desks(
    app: Flask, store: Store, tmp_path: Path, encoding: str
) -> None:
    with store.write() as session:
        build(session)
    table = tmp_path / "areas.csv"
    table.write_text("town,living_area,desk\n島,離島,北の相談室\n", encoding=encoding)
    code, said = run(app, "assign", str(table))
    assert code == 0, said
    with store.read() as session:
        island = session.scalars(sa.select(Area).where(Area.name == "島")).one()
        desk = desk_for(session, island)
        assert desk is not None
        assert desk.name == "北の相談室"
        written = sa.select(AuditLine.actor_id, AuditLine.object_kind).where(
            AuditLine.act == "assign"
        )
        assert session.execute(written).all() == [(None, "town")]


def test_a_table_with_wrong_lines_names_each(app: Flask, store: Store, tmp_path: Path) -> None:
    with store.write() as session:
        build(session)
    table = tmp_path / "areas.csv"
    table.write_text("town,desk\n東町,\n島,西の相談室\n", encoding="utf-8")
    code, said = run(app, "assign", str(table))
    assert code == 1
    assert "2行目：「東町」という町は見つかりませんでした。" in said
    assert "3行目：「西の相談室」という窓口はまだありません。" in said


def test_a_file_that_is_not_there_is_named(app: Flask, tmp_path: Path) -> None:
    code, said = run(app, "assign", str(tmp_path / "none.csv"))
    assert code == 2
    assert "none.csv" in said


def test_towns_come_into_a_folder_that_nothing_was_in(tmp_path: Path) -> None:
    app = create_app(Settings.from_env({"KIZUKI_INSTANCE": str(tmp_path / "instance")}))
    code, said = run(app, "load", "24208")
    assert code == 0, said
    store = app.extensions["kizuki"].store
    with store.read() as session:
        assert len(Area.of_kind(session, AreaKind.TOWN)) == 175
    store.close()
