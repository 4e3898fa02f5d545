"""`make faults-phone`: many phones, and real browsers, while everything goes wrong around them.

SEED, PHONES, NOTES (of each phone) and KILLS (of browsers) in the environment. Prints one table;
ends with an error where anything was lost, duplicated, said to have arrived without, or moved.
"""

from __future__ import annotations

import os
import secrets
import sys
import tempfile
from pathlib import Path

from tests.faults.phones.browsers import Kills, kill_browsers
from tests.faults.phones.run import Run, run
from tests.faults.phones.stand import stand
from tests.support.fault_proxy import Fault

_HEAD = (
    "run", "seed", "noted", "arrived", "duplicated", "lost", 'false "arrived"', "out of order",
    "kills", "server kills", "network faults",
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
    with tempfile.TemporaryDirectory() as folder, stand(Path(folder), phones) as town:
        many = run(town, seed, phones, notes)
        runs.append((f"{phones} simulated phones", many))
        _say(*_wrong(many))
    with tempfile.TemporaryDirectory() as folder, stand(Path(folder), 2) as town:
        real = kill_browsers(town, seed, kills)
        runs.append(("real Chromium", real))
        _say(*_wrong(real))
    _table([_HEAD, *(_row(name, one) for name, one in runs)])
    _say("", "network faults: " + ", ".join(_told(many)))
    _say(f"0 in {many.phone_kills + real.phone_kills} kills is fewer than"
         f" {3 / (many.phone_kills + real.phone_kills):.2%} at 95 %")  # fmt: skip
    sys.exit(not all(one.verdict.is_good and not one.waiting for _, one in runs))


def _row(name: str, one: Run | Kills) -> tuple[str, ...]:
    verdict = one.verdict
    counts = (
        one.seed, verdict.noted, verdict.arrived, verdict.duplicated, verdict.lost,
        verdict.false_arrived, verdict.out_of_order, one.phone_kills, one.server_kills,
        sum(one.faults.values()),
    )  # fmt: skip
    return (name, *(str(count) for count in counts))


def _wrong(one: Run | Kills) -> list[str]:
    found = [f"{name}: {which}" for name, all_ in one.verdict.wrong.items() for which in all_]
    return [*found, *one.troubles, *([f"{one.waiting} still wait"] if one.waiting else [])]


def _told(one: Run) -> list[str]:
    return [f"{fault.value} {one.faults.get(fault, 0)}" for fault in Fault]


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
