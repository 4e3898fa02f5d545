"""電話・訪問の記録: a call or a visit, kept inside: it feeds the next reply and tells no one."""

from __future__ import annotations

import datetime as dt
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from models.handoff import Handoff
    from models.reply import InsideNote


class ContactKind(StrEnum):
    """What was done; the first three are about the worry, the last about its reporter."""

    TELEPHONED = "telephoned"
    VISITED = "visited"
    AWAY = "away"
    """Visited, and nobody was at home."""
    NO_ANSWER = "no_answer"
    """The reporter was telephoned about a reply, and not reached."""


LOGGED = (ContactKind.TELEPHONED, ContactKind.VISITED, ContactKind.AWAY)
"""What staff write down themselves, and what the next reply may tell."""
OLDEST = dt.timedelta(days=366)


def untold(handoff: Handoff) -> InsideNote | None:
    """The newest call or visit since the desk last said something to the reporter, or None."""
    logged = [note for note in handoff.inside_notes if note.contact in LOGGED]
    if not logged:
        return None
    # What the watch says by itself tells of no visit.
    told = [one for one in handoff.thread.replies if not one.kind.is_from_reporter]
    said = [reply.at for reply in told if reply.by_id is not None]
    newest = logged[-1]
    return newest if not said or newest.at >= max(said) else None
