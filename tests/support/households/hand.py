"""The two hundred pairs of notes that were judged by hand before there was a finder."""

from __future__ import annotations

import csv
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.support.households.made import Written

CITY = "みさき市"
TOWNS = (
    *("北町", "南町", "東町", "西町", "本町", "中町", "元町", "栄町", "旭町", "港町", "谷町"),
    *(
        "八幡町",
        "桜台",
        "若葉台",
        "緑が丘",
        "桔梗が丘西1番町",
        "桔梗が丘西2番町",
        "桔梗が丘南2番町",
    ),
    *(f"桔梗が丘{number}番町" for number in range(1, 6)),
)
"""What the town's own list of names has, which no note has to guess."""


class Pair(NamedTuple):
    """Two notes, whether one household is meant, and what makes it hard to tell."""

    one: Written
    other: Written
    is_same: bool
    why: str


def pairs() -> Iterator[Pair]:
    """All of them."""
    path = Path(__file__).with_name("hand.tsv")
    with path.open(encoding="utf-8") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            one, other = (_note(row, which) for which in "ab")
            yield Pair(one, other, row["same"] == "yes", row["why"])


def _note(row: dict[str, str], which: str) -> Written:
    place, name, day, signs = (
        row[f"{field}_{which}"] for field in ("place", "name", "day", "signs")
    )
    return Written(0, place, name, dt.date.fromisoformat(day), (signs,))
