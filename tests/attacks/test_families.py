"""Every family is attacked, or waits by name for its target; what appears is noticed."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from models.base import Base
from tests.attacks.families import ATTACKS, FAMILIES, NO_TARGET, Target

TESTS = Path(__file__).parents[1]


def _known(file: str) -> set[str]:
    tree = ast.parse((TESTS / file).read_text("utf-8"))
    return {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}


def test_no_family_is_forgotten() -> None:
    told = {name.partition(" ")[0] for name in (*ATTACKS, *NO_TARGET)}
    assert told == {f"{letter}{n}" for letter, most in FAMILIES.items() for n in range(1, most + 1)}


def test_every_attack_that_is_named_is_there() -> None:
    named = {attack for attacks in ATTACKS.values() for attack in attacks}
    assert all(ATTACKS.values())
    missing = {one for one in named if one.partition("::")[2] not in _known(one.partition("::")[0])}
    assert missing == set()


def _names(app: Flask) -> Iterator[tuple[str, str]]:
    """Everything that could be a target, with the part of a Target that would know it."""
    for rule in app.url_map.iter_rules():
        yield "routes", rule.rule
    for table in Base.metadata.tables.values():
        yield from (("columns", f"{table.name}.{column.name}") for column in table.columns)
    yield from (("commands", name) for name in app.cli.commands)


def _found(app: Flask, target: Target) -> list[str]:
    asked = target._asdict()
    return [name for part, name in _names(app) if asked[part] and re.search(asked[part], name)]


@pytest.mark.parametrize("family", NO_TARGET)
def test_a_family_without_a_target_has_none_yet(app: Flask, family: str) -> None:
    """Where this fails, write the attack, and move the family over to ATTACKS."""
    assert _found(app, NO_TARGET[family]) == []


def test_a_target_that_appears_is_noticed(app: Flask) -> None:
    app.add_url_rule("/desk/exports/<int:number>", "planted", lambda number: "")
    app.cli.command("restore")(lambda: None)
    known = {family for family, target in NO_TARGET.items() if _found(app, target)}
    assert known == {"C7 exports of others", "E11 a restored past"}
