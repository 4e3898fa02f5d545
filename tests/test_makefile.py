"""What the Makefile does with what it is told."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    ("said", "is_open"), [((), False), (("LAN=0",), False), (("LAN=",), False), (("LAN=1",), True)]
)
def test_run_opens_to_the_network_for_1_alone(said: tuple[str, ...], is_open: bool) -> None:
    make = shutil.which("make")
    assert make
    told = subprocess.run(
        [make, "-n", "-C", str(ROOT), "run", *said], capture_output=True, text=True, check=True
    )
    assert ("KIZUKI_LAN=1" in told.stdout) == is_open
