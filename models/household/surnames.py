"""How surnames are read."""

from __future__ import annotations

import tomllib
from pathlib import Path

from models import normalise


def _table() -> dict[str, frozenset[str]]:
    written = tomllib.loads(Path(__file__).with_name("surnames.toml").read_text("utf-8"))
    return {
        normalise.name(name): frozenset(normalise.name(one) for one in readings.split())
        for name, readings in written.items()
    }


READINGS = _table()
"""The readings of each surname, in the forms of `normalise.name`."""
KANA = frozenset(reading for readings in READINGS.values() for reading in readings)
_LONGEST = max(map(len, READINGS.keys() | KANA))


def split(name: str) -> tuple[str, str]:
    """Surname and given name of a folded name; of one that is unknown all is the surname."""
    for length in range(min(len(name), _LONGEST), 0, -1):
        if name[:length] in READINGS or name[:length] in KANA:
            return name[:length], name[length:]
    return name, ""
