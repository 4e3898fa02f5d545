"""同じ場所のこと: what is one row of a list stands on one page, and one tap answers it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict

from markupsafe import Markup

from blueprints import access
from blueprints.access import Permission
from blueprints.language import show
from blueprints.noted import Noted, noted_of
from models import storm
from models.handoff import Doubt, Handoff, Verb
from models.listed import Listed
from models.queue import COUNT_LIMIT


@dataclass(frozen=True)
class Together:
    """What is folded under a note, oldest first; as much of it as one tap takes."""

    count: int
    """Of all, up to the limit of counts and one more."""
    rows: Sequence[tuple[Listed, Noted]]


class BesideAnswering(TypedDict):
    """What the page of a note has for many of its place, and for what is doubtful."""

    together: Together | None
    most: int
    doubts: list[tuple[str, Markup]]


def beside_answering(handoff: Handoff) -> BesideAnswering:
    """The same for one note; `most`: where counting stops."""
    doubts = [(one.value, show(f"desk.doubt.{one}")) for one in Doubt]
    return BesideAnswering(together=_together_with(handoff), most=COUNT_LIMIT, doubts=doubts)


def _together_with(handoff: Handoff) -> Together | None:
    """What is folded under a note that waits; None where nothing is."""
    if not handoff.can(Verb.ACKNOWLEDGE) or handoff.place_token is None:
        return None
    session, readable = access.reading(), access.listing(Handoff, Permission.HANDOFF_READ)
    count = storm.sizes(session, readable, [handoff.id]).get(handoff.id, 0)
    if not count:
        return None
    found = storm.folded(session, readable, handoff.id)
    return Together(count, list(zip(found, noted_of(found), strict=True)))
