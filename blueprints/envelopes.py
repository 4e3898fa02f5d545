"""What a phone's sealed envelope may hold, and what takes it: the one table of kinds.

A new kind is one more line here. Its taker works in the note's own thread, after it was seen
that the sender may; where it raises Invalid or NotAllowed, the core holds what was sent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping
from dataclasses import dataclass

from blueprints import access
from models import receipt_code
from models.draft import content_hash
from models.draft_values import Values
from models.errors import Unreadable
from models.follow_up import Item, Taker
from models.sender import Sender
from models.speech import SpeechKind, read, say
from models.thread import Thread

NOTE = "note"
_PADDING = b" \0"
_KIND_LENGTH = 24


@dataclass(frozen=True)
class Opened:
    """The fields of an envelope, and the hash by which its phone knows them."""

    fields: Mapping[str, object]
    content_hash: str
    envelope: bytes

    @property
    def kind(self) -> str:
        """What it holds; whoever names nothing sends a note."""
        kind = self.fields.get("kind")
        return NOTE if kind in (None, "") else str(kind)[:_KIND_LENGTH]


def opened(envelope: bytes) -> Opened | None:
    """Open an envelope; None where nothing can be read in it."""
    try:
        plain = access.kizuki().keys.open_envelope(envelope).rstrip(_PADDING)
        raw = json.loads(plain.decode())
        return Opened(raw, content_hash(raw), envelope) if isinstance(raw, dict) else None
    except (Unreadable, ValueError, RecursionError):
        return None


def item_of(sent: Opened, by: Sender) -> Item:
    """The envelope as something that follows a note; hashes its code, outside any write."""
    values = Values(sent.fields, lenient=True)
    code = receipt_code.parse(values.line("code"))
    return Item(
        id=values.note_id("id") or id_of(sent.envelope),
        kind=sent.kind,
        note_id=values.note_id("note"),
        fields=sent.fields,
        content_hash=sent.content_hash,
        envelope=sent.envelope,
        sender=by,
        code_hash=None if code is None else access.kizuki().keys.slow_index(code),
    )


def id_of(envelope: bytes) -> uuid.UUID:
    """A stable id for an envelope that tells none, so that it is kept once."""
    return uuid.uuid5(uuid.NAMESPACE_OID, hashlib.sha256(envelope).hexdigest())


def _say(thread: Thread, item: Item, now: dt.datetime) -> None:
    fields = dict(item.fields)
    # On the way the ten minutes may have passed: then the desk is asked instead.
    if fields.get("how") != "ask":
        fields.pop("how", None)
    say(thread, read(SpeechKind(item.kind), fields, masks=True), now)


TAKERS: Mapping[str, Taker] = {kind.value: _say for kind in SpeechKind}
