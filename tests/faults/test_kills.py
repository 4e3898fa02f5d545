"""A kill at any SQL statement of an act leaves all of it or nothing, on both databases."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from models.keys import KeyRing
from tests.conftest import EVERYTHING
from tests.support.postgres import Postgres

NEW = {"observation", "thread", "handoff", "reporter", "receipt", "delivery", "audit_line"}
CHANGED = {
    "accept": NEW,
    "take_down": NEW,
    "acknowledge": {"handoff", "reply", "inbox_entry", "delivery", "mirror_line", "audit_line"},
    "undo": {"handoff", "reply", "inbox_entry", "delivery", "audit_line"},
    "answer": {"handoff", "reply", "acceptance", "delivery", "audit_line"},
    "hold": {"observation", "thread", "handoff", "reporter", "acceptance", "audit_line"},
    "purge": {"observation", "thread", "handoff", "reporter", "receipt", "purged", "audit_line"},
    "pass_on": {"handoff", "reply", "inbox_entry", "inside_note", "delivery", "audit_line"},
}
MAIN = {"accept", "acknowledge", "undo", "pass_on"}
"""On both databases always."""
LESS = pytest.mark.everything_on_postgresql
Seen = dict[str, dict[str, Any]]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def seen(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, model_file: Path
) -> Iterator[Seen]:
    """What one process found of every act on one kind of database."""
    folder, is_sqlite = tmp_path_factory.mktemp("kills"), request.param == "sqlite"
    flows = [one for one in CHANGED if is_sqlite or one in MAIN or EVERYTHING]
    KeyRing.create(folder / "keys.json")
    with ExitStack() as stack:
        urls = {}
        for flow in flows:
            if is_sqlite:
                urls[flow] = f"sqlite:///{shutil.copy(model_file, folder / flow)}"
            else:
                server: Postgres = request.getfixturevalue("postgres")
                urls[flow] = stack.enter_context(server.database())
        done = subprocess.run(
            [sys.executable, "-m", "tests.faults.killed", str(folder / "keys.json")],
            input=json.dumps(urls),
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        yield json.loads(done.stdout)


@pytest.mark.parametrize(
    "flow", [flow if flow in MAIN else pytest.param(flow, marks=LESS) for flow in CHANGED]
)
def test_a_kill_leaves_all_or_nothing_and_the_same_again_is_once(seen: Seen, flow: str) -> None:
    found = seen[flow]
    assert "error" not in found, found["error"]
    assert found["kills"] >= len(CHANGED[flow])
    assert set(found["changed"]) >= CHANGED[flow]
    assert (found["again"], found["same"]) == ("repeated", True)
