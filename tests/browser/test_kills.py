"""A browser killed while somebody writes: the short form of the second half of faults-phone."""

from __future__ import annotations

from pathlib import Path

from tests.faults.phones.browsers import kill_browsers
from tests.faults.phones.stand import stand

SEED, KILLS = 20261124, 3


def test_what_a_killed_browser_said_to_have_kept_arrives_once(tmp_path: Path) -> None:
    with stand(tmp_path, phones=2) as town:
        seen = kill_browsers(town, SEED, KILLS)
    assert seen.verdict.is_good, seen
    assert seen.verdict.noted >= KILLS
    assert (seen.phone_kills, seen.waiting) == (KILLS, 0), seen
