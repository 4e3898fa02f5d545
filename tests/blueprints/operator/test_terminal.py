"""What the machine refuses is one sentence that names its setting, whichever command asks."""

from __future__ import annotations

from pathlib import Path

import pytest

from app import create_app
from models import store as store_module
from models.keys import KeyRing
from models.settings import Settings

COMMANDS = ("serve", "upgrade", "init --code 24208 --admin 庄司", "areas load 24208")


def _said(environ: dict[str, str], command: str) -> str:
    app = create_app(Settings.from_env(environ))
    result = app.test_cli_runner().invoke(args=command.split())
    app.extensions["kizuki"].store.close()
    assert result.exit_code == 1
    assert isinstance(result.exception, SystemExit), result.exception
    return str(result.output)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_does_not_answer(tmp_path: Path, command: str) -> None:
    KeyRing.create(tmp_path / "keys.json")
    silent = f"postgresql:///kizuki?host={tmp_path}"
    environ = {"KIZUKI_INSTANCE": str(tmp_path), "DATABASE_URL": silent}
    said = _said(environ, command)
    assert said.count("DATABASE_URL") == 1
    assert len(said.strip().splitlines()) == 1


def test_a_database_that_somebody_else_writes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store_module, "WRITE_WAIT_SECONDS", 0.05)
    environ = {"KIZUKI_INSTANCE": str(tmp_path)}
    other = create_app(Settings.from_env(environ)).extensions["kizuki"].store
    with other.write():
        assert "Busy" in _said(environ, "upgrade")
    other.close()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    KeyRing.create(tmp_path / "keys.json")
    environ = {"KIZUKI_INSTANCE": "/proc/kizuki", "KIZUKI_KEY_FILE": f"{tmp_path}/keys.json"}
    assert "KIZUKI_INSTANCE" in _said(environ, "upgrade")


def test_the_start_stops_in_a_sentence_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIZUKI_INSTANCE", "/proc/kizuki")
    with pytest.raises(SystemExit) as stopped:
        create_app()
    assert "KIZUKI_INSTANCE" in str(stopped.value.code)
