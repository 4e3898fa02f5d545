"""What the Makefile does with what it is told, and what it installs."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from models.settings import Settings

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("said", "is_open"), [((), False), (("LAN=0",), False), (("LAN=",), False), (("LAN=1",), True)]
)
def test_run_opens_to_the_network_for_1_alone(said: tuple[str, ...], is_open: bool) -> None:
    assert ("KIZUKI_LAN=1" in _make("-n", "run", *said).stdout) == is_open


def test_where_venv_is_missing_it_says_the_one_line_and_stops(tmp_path: Path) -> None:
    python = tmp_path / "python3"
    python.write_text('#!/bin/sh\ncase "$2" in *ensurepip*) exit 1;; esac\n')
    python.chmod(0o755)
    told = _make(f"PYTHON={python}", f"VENV={tmp_path}/venv", "run")
    assert told.returncode != 0
    assert told.stdout.count("sudo apt install python3-venv") == 1
    assert [line for line in told.stdout.splitlines() if not line.startswith("make")] == [
        "Python's venv module is missing: sudo apt install python3-venv"
    ]
    assert not (tmp_path / "venv").exists()


@pytest.mark.parametrize("path", sorted(ROOT.glob("requirements*.txt")), ids=lambda path: path.name)
def test_every_line_of_the_lock_has_hashes_and_no_host(path: Path) -> None:
    text = path.read_text("utf-8")
    entries = re.split(r"\n(?=\S)", text.strip())
    whole = re.compile(r"[\w.-]+==\S+( ; [^\n]+)? \\(\n    --hash=sha256:[0-9a-f]{64}( \\)?)+")
    assert [entry for entry in entries if not whole.fullmatch(entry)] == []
    assert "://" not in text


def test_keys_and_data_stay_out_of_git() -> None:
    ignored = (ROOT / ".gitignore").read_text("utf-8").splitlines()
    kept = Settings.from_env({})
    assert "/instance/" in ignored
    assert kept.key_file.parent == kept.instance == ROOT / "instance"
    assert kept.database_url == f"sqlite:///{ROOT}/instance/kizuki.sqlite3"


def _make(*told: str) -> subprocess.CompletedProcess[str]:
    make = shutil.which("make")
    assert make
    return subprocess.run(
        [make, "-C", str(ROOT), *told], capture_output=True, text=True, check=False
    )
