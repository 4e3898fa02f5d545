"""What whoever reads a desk's page acknowledged so lately that it can still be undone."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from blueprints import access
from blueprints.access import Permission
from blueprints.language import show
from blueprints.noted import noted_of
from models import listed, queue
from models.desk import Desk
from models.handoff import UNDO, Handoff


@dataclass(frozen=True)
class Offer:
    """One tap that can be undone, with everything that it acknowledged."""

    ids: list[uuid.UUID]
    title: Markup | None
    """Of the one note, where it stands among others."""
    seconds: int

    @property
    def sentence(self) -> Markup:
        """What was done, and when it goes out; the number can be exchanged."""
        n = Markup("<span data-left>{}</span>&NoBreak;").format(self.seconds)
        if len(self.ids) > 1:
            return show("desk.undo.several", count=len(self.ids), n=n)
        if self.title is None:
            return show("desk.undo.this", n=n)
        return show("desk.undo.one", title=self.title, n=n)


def offers_of(desk: Desk) -> list[Offer]:
    """Of a list, the newest first; several of one tap together."""
    handoffs = access.listing(Handoff, Permission.HANDOFF_ANSWER)
    asked = queue.lately_params(desk, access.actor().person_id, access.now())
    found = listed.read(access.reading(), queue.lately(handoffs), asked)
    taps = [list(tap) for _, tap in groupby(found, key=lambda row: row.last_at)]
    if len(found) > queue.LATELY_LIMIT:
        taps.pop()
    notes = noted_of([tap[0] for tap in taps])
    offers = (
        Offer([row.id for row in tap], note.title, _seconds(tap[0].last_at))
        for tap, note in zip(taps, notes, strict=True)
    )
    return [offer for offer in offers if offer.seconds]


def offer_of(handoff: Handoff) -> Offer | None:
    """Of one note, on its own page."""
    me = access.actor().person_id
    if me is None or not handoff.may_undo(me, access.now()):
        return None
    seconds = _seconds(handoff.last_at)
    return Offer([handoff.id], None, seconds) if seconds else None


def _seconds(acknowledged_at: dt.datetime) -> int:
    """Whole ones, so that nothing is offered longer than it is taken."""
    return int((acknowledged_at + UNDO - access.now()).total_seconds())
