"""Where a note is, of what its writer typed and the area that was found for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.area import AreaKind
from models.household import whereabouts
from models.household.whereabouts import Towns, Whereabouts

Fold = Callable[[str], str]


def place(
    body: dict[str, Any], kind: AreaKind | None, area: str | None, towns: Towns, fold: Fold
) -> Whereabouts:
    """As its writer gave it: the town that was found is part of it, a larger area is not.

    `area`: its name as `normalise.place` folds it; `fold`: that function, or what remembers it.
    """
    detail: str = body.get("place_detail", "")
    typed: str = body.get("place", "")
    if kind is AreaKind.TOWN and area:
        # Some write the whole address where its town is asked for, 大字 before it, too.
        folded = fold(typed)
        is_whole = folded[:1] == area[:1] and len(folded) > len(area)
        return whereabouts.understood(f"{typed} {detail}" if is_whole else detail, towns, area)
    found = whereabouts.understood(f"{typed} {detail}", towns)
    if kind is None or found.town in towns.names:
        return found
    return whereabouts.understood(detail, towns)
