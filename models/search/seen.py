"""What a search knows of a note before it is shown."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import NamedTuple

from models.handoff import Handoff


class Seen(NamedTuple):
    """One handoff, as far as its place among others goes."""

    id: uuid.UUID
    thread_id: uuid.UUID
    is_open: bool
    last_at: dt.datetime


COLUMNS = tuple(getattr(Handoff, name) for name in Seen._fields)
