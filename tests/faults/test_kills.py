"""A kill at any SQL statement of an act leaves all of it or nothing, on both databases."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from models.keys import KeyRing

CHANGED = {
    "accept": {"observation", "thread", "handoff", "reporter", "receipt", "delivery", "audit_line"},
    "take_down": {
        "observation",
        "thread",
        "handoff",
        "reporter",
        "receipt",
        "delivery",
        "audit_line",
    },
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


@pytest.mark.parametrize(
    "flow", [flow if flow in MAIN else pytest.param(flow, marks=LESS) for flow in CHANGED]
)
def test_a_kill_leaves_all_or_nothing_and_the_same_again_is_once(
    flow: str, database_url: str, tmp_path: Path
) -> None:
    KeyRing.create(tmp_path / "keys.json")
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.killed", flow],
        env=os.environ
        | {"DATABASE_URL": database_url, "KIZUKI_KEY_FILE": str(tmp_path / "keys.json")},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)
    assert seen["kills"] >= len(CHANGED[flow])
    assert set(seen["changed"]) >= CHANGED[flow]
    assert (seen["again"], seen["same"]) == ("repeated", True)
