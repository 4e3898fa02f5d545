"""`make faults-phone`: many phones, and real browsers, while everything goes wrong around them.

SEED, PHONES, NOTES (of each phone) and KILLS (of browsers) in the environment; 0 leaves one half
out. Prints one table; ends with an error where anything was lost, duplicated, said to have
arrived without, or moved.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path

from tests.faults.phones.browsers import AT_ONCE, Kills, kill_browsers
from tests.faults.phones.run import Run, run
from tests.faults.phones.stand import stand

_HEAD = (
    "run", "seed", "noted", "arrived", "duplicated", "lost", 'false "arrived"', "out of order",
    "other author",     "kills", "server kills", "network faults",
)  # fmt: skip


def main() -> None:
    """Run both, print the table, and say what was wrong."""
    seed = int(os.environ.get("SEED") or secrets.randbelow(1_000_000))
    phones, notes, kills = (
        int(os.environ.get(name) or default)
        for name, default in (("PHONES", 100), ("NOTES", 20), ("KILLS", 200))
    )
    _say(f"SEED={seed} PHONES={phones} NOTES={notes} KILLS={kills}")
    runs: list[tuple[str, Run | Kills]] = []
    if phones:
        with tempfile.TemporaryDirectory() as folder, stand(Path(folder), phones) as town:
            runs.append((f"{phones} simulated phones", run(town, seed, phones, notes)))
    if kills:
        with tempfile.TemporaryDirectory() as folder, stand(Path(folder), AT_ONCE) as town:
            runs.append(("real Chromium", kill_browsers(town, seed, kills)))
    for _, one in runs:
        _say(*_wrong(one))
    _table([_HEAD, *(_row(name, one) for name, one in runs)])
    for name, one in runs:
        faults = ", ".join(f"{what} {number}" for what, number in sorted(one.faults.items()))
        if isinstance(one, Kills):
            faults += f", database log torn {one.torn}, second copy late {one.late}"
        bound = 3 / max(one.phone_kills, 3)
        _say(
            "", f"{name}: {faults}", f"a loss in fewer than {bound:.2%} of kills, if none was seen"
        )
    sys.exit(any(_wrong(one) for _, one in runs))


def _row(name: str, one: Run | Kills) -> tuple[str, ...]:
    verdict = one.verdict
    counts = (
        one.seed, verdict.noted, verdict.arrived, verdict.duplicated, verdict.lost,
        verdict.false_arrived, verdict.out_of_order, verdict.other_author, one.phone_kills,
        one.server_kills, sum(one.faults.values()),
    )  # fmt: skip
    return (name, *(str(count) for count in counts))


def _wrong(one: Run | Kills) -> list[str]:
    found = [f"{name}: {which}" for name, all_ in one.verdict.wrong.items() for which in all_]
    return [*found, *one.troubles, *([f"{one.waiting} still wait"] if one.waiting else [])]


def _table(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[n]) for row in rows) for n in range(len(rows[0]))]
    for row in rows:
        cells = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        _say(" | ".join(cells).rstrip())


def _say(*lines: str) -> None:
    for line in lines:
        sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
