"""Where a town's tries are counted: on PostgreSQL by all its servers together, else right here."""

from __future__ import annotations

import datetime as dt

from blueprints import access
from blueprints.counting import Counts
from models import tally
from models.store import Store


class TownCounts(Counts):
    """The counts of the town that is being served."""

    STORAGE_SCHEME = ["kizuki-town"]  # noqa: RUF012 - declared so by the library

    def incr(self, key: str, expiry: float, amount: int = 1) -> int:
        """Count one more."""
        if (store := _shared()) is None:
            return super().incr(key, expiry, amount)
        return tally.add(store, key, dt.timedelta(seconds=expiry), access.now(), amount)

    def get(self, key: str) -> int:
        """How many were counted."""
        store = _shared()
        return super().get(key) if store is None else tally.find(store, key, access.now())[0]

    def get_expiry(self, key: str) -> float:
        """When the count ends, in seconds since 1970."""
        if (store := _shared()) is None:
            return super().get_expiry(key)
        return tally.find(store, key, access.now())[1].timestamp()

    def clear(self, key: str) -> None:
        """Forget what was counted."""
        if (store := _shared()) is None:
            super().clear(key)
        else:
            tally.forget(store, key, access.now())


def _shared() -> Store | None:
    store = access.kizuki().store
    return None if store.is_sqlite else store
