"""What a phone may keep of one's notes for a lost signal: the day and the rung of each."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from blueprints import access
from blueprints.language import current_locale, plain, words
from models import ladder, spoken
from models.thread import Thread


class Title(NamedTuple):
    """One note without names: nothing of it but when it was written and how far it came."""

    id: uuid.UUID
    at: dt.datetime
    rung: str
    words: str


def title_of(thread: Thread) -> Title:
    """The title of one note."""
    rung = ladder.rungs(thread, access.now())[-1].code
    parts = spoken.date_parts(words(), current_locale(), thread.made_at)
    said = plain("shell.title", rung=plain(f"note.rung.{rung}"), **parts)
    return Title(thread.id, thread.made_at, rung, said)
