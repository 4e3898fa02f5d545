"""Everything that one running Kizuki holds; made once, handed to doors and worker."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from models.words import Words

Clock = Callable[[], dt.datetime]


def utc_now() -> dt.datetime:
    """The server's clock; everything else is given the time."""
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Kizuki:
    """Settings, store, keys, words and clock of this process."""

    settings: Settings
    store: Store
    keys: KeyRing
    words: Words
    clock: Clock = utc_now
