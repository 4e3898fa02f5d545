"""同じ場所のこと: what is one row of a list stands on one page, and one tap answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from blueprints import access
from blueprints.access import Permission
from blueprints.noted import Noted, noted_of
from models import storm
from models.handoff import Handoff, Verb
from models.listed import Listed


@dataclass(frozen=True)
class Together:
    """What is folded under a note, oldest first; as much of it as one tap takes."""

    count: int
    """Of all, up to the limit of counts and one more."""
    rows: Sequence[tuple[Listed, Noted]]


def together_with(handoff: Handoff) -> Together | None:
    """What is folded under a note that waits; None where nothing is."""
    if not handoff.can(Verb.ACKNOWLEDGE) or handoff.place_token is None:
        return None
    session, readable = access.reading(), access.listing(Handoff, Permission.HANDOFF_READ)
    count = storm.sizes(session, readable, [handoff.id]).get(handoff.id, 0)
    if not count:
        return None
    found = storm.folded(session, readable, handoff.id)
    return Together(count, list(zip(found, noted_of(found), strict=True)))
