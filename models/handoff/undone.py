"""What was undone waits, sealed, for whoever said it, until the note is acknowledged or ends."""

from __future__ import annotations

import base64
import datetime as dt
import json
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from models import deadline, reply_text
from models.audience import audience_of
from models.errors import Unreadable
from models.handoff.transitions import Verb
from models.reply import Said
from models.reply_text import Template

if TYPE_CHECKING:
    from models.handoff.entity import Handoff

_PLACE = "handoff.before"
_SEALED = "undone"


@dataclass(frozen=True)
class Undone:
    """The acknowledgement that was undone: its words, and the next date that it named."""

    said: Said
    next_on: dt.date


def one_tap(handoff: Handoff, today: dt.date) -> tuple[Template, dt.date]:
    """What an acknowledgement of one tap says: the first template, and the usual date."""
    template = reply_text.offered(Verb.ACKNOWLEDGE, audience_of(handoff.thread))[0]
    return template, deadline.usual_next_on(handoff.urgency, today, handoff.desk.calendar)


def sealed(
    handoff: Handoff, by_id: uuid.UUID, undone: Undone, today: dt.date
) -> dict[str, Any] | None:
    """For `Handoff.before`, under the thread's key; None for what one tap says again."""
    said, next_on = undone.said, undone.next_on
    usual, usual_on = one_tap(handoff, today)
    if not said.words and (said.template, next_on) == (usual.code, usual_on):
        return None
    fields = {**said.written(), "next_on": next_on.isoformat(), "by": str(by_id)}
    plain = json.dumps(fields, ensure_ascii=False)
    cipher = handoff.thread.key.seal(_PLACE, handoff.id, plain)
    return {_SEALED: base64.b64encode(cipher).decode()}


def is_sealed(before: dict[str, Any]) -> bool:
    """Whether `Handoff.before` keeps what was undone, and nothing that can be."""
    return _SEALED in before


def opened(handoff: Handoff, by_id: uuid.UUID | None) -> Undone | None:
    """What this person undid here; nothing of others, and nothing once the thread is forgotten."""
    if handoff.before is None or not is_sealed(handoff.before):
        return None
    cipher = base64.b64decode(handoff.before[_SEALED])
    try:
        fields = json.loads(handoff.thread.key.unseal(_PLACE, handoff.id, cipher))
    except Unreadable:
        return None
    if fields["by"] != str(by_id):
        return None
    return Undone(Said.read(fields), dt.date.fromisoformat(fields["next_on"]))
