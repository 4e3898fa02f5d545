"""What the README and docs/server tell somebody to type or open is there."""

from __future__ import annotations

import re
from pathlib import Path

import click
import pytest
from flask import Flask

ROOT = Path(__file__).parents[1]
SERVER = ROOT / "docs" / "server"
TEXTS = {
    path.name: path.read_text("utf-8")
    for path in (ROOT / "README.md", ROOT / "SECURITY.md", *sorted(SERVER.iterdir()))
}
TOLD = "\n".join(TEXTS.values())


def _found(pattern: str, text: str = TOLD) -> set[str]:
    return set(re.findall(pattern, text, re.MULTILINE))


def test_every_command_of_flask_is_one(app: Flask) -> None:
    told = {(one, of) for one, of in re.findall(r"flask --app app ([a-z]+)(?: ([a-z]+))?", TOLD)}
    assert len(told) >= 5
    for name, of in told:
        command = app.cli.commands.get(name)
        assert command is not None, name
        assert not isinstance(command, click.Group) or of in command.commands, (name, of)


def test_every_target_of_make_is_one() -> None:
    targets = _found(r"^([a-z0-9-]+):", (ROOT / "Makefile").read_text("utf-8"))
    told = _found(r"(?:    |`)(?:sudo )?make (?:-C \S+ )?([a-z0-9-]+)")
    assert len(told) >= 5
    assert told - targets == set()


def test_every_unit_is_there_and_starts_what_is_installed() -> None:
    units = {path.stem for path in SERVER.glob("*.service")}
    assert _found(r"\b(kizuki-[a-z]+)(?:\.service)?\b") == units
    for name in units:
        started = _found(r"^Exec\w+=(\S+)", TEXTS[f"{name}.service"])
        assert {Path(one).parent for one in started} == {Path("/opt/kizuki/.venv/bin")}
        assert {Path(one).name for one in started} <= {"flask", "granian", "python"}
    assert _found(r"bin/python (.+)$", TEXTS["kizuki-worker.service"]) == {"-m pwa"}


@pytest.mark.parametrize("name", ["README.md", "SECURITY.md"])
def test_every_link_and_path_leads_somewhere(name: str) -> None:
    links = _found(r"\]\((?!http|#)([^)#]+)", TEXTS[name])
    paths = _found(r"/opt/kizuki/((?!\.venv)[\w./*-]+)", TEXTS[name])
    assert [path for path in sorted(links | paths) if not list(ROOT.glob(path.rstrip("/")))] == []
    headings = {words.lower() for words in _found(r"^##? (\w+)$", TEXTS[name])}
    assert _found(r"\]\(#([^)]+)\)", TEXTS[name]) <= headings
