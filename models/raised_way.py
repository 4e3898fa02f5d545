"""How urgent the notes beside it make a new one, and which desk that leads it to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from sqlalchemy.orm import Session

from models.handoff import turns
from models.routing import Route
from models.urgency import Urgency, raised


def raised_way(
    session: Session,
    own: Urgency,
    place: bytes | None,
    ask: Callable[[], list[str]],
    go: Callable[..., Route],
) -> tuple[Urgency, list[str], Route]:
    """The urgency of a note, why it is more than its `own`, and its way.

    `ask` gives why, as things stand; `go` the way for a `raised` urgency. The turn of its `place`
    comes after the staff, so that why is asked again: what raised it may be sealed by then.
    """
    if not ask():
        return own, [], go(raised=own)
    way = go(raised=raised(own))
    turns.take(session, [place])
    if why := ask():
        return raised(own), why, way
    return own, [], replace(way, goes_round=way.desk is not way.door)
