"""Who sends something, as far as anybody can tell from what came with it."""

from __future__ import annotations

import uuid
from dataclasses import dataclass


@dataclass(frozen=True)
class Sender:
    """Nobody, the person of a session, or the person of the phone whose key signed."""

    person_id: uuid.UUID | None = None
    device_id: uuid.UUID | None = None
    """The phone, where its signature was right."""
    is_revoked: bool = False
    """Whether that key was revoked: its person's all the same, but a person looks first."""


NOBODY = Sender()
