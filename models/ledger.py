"""Lines of views, those of several pages in one transaction: each page waits until its own is in.

The disk is waited for once however many pages are being shown: whoever comes while a
transaction is under way is written down in the next one, together with everybody who waits.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

from models.audit_views import View
from models.errors import Busy
from models.store import Store


class NotWritten(Exception):
    """Whoever was to write it down was stopped in the middle."""


@dataclass(eq=False)
class _Entry:
    view: View
    is_written: bool = False
    error: Exception | None = None


@dataclass
class Ledger:
    """One for each process."""

    _turn: threading.Lock = field(default_factory=threading.Lock)
    _guard: threading.Lock = field(default_factory=threading.Lock)
    _waiting: list[_Entry] = field(default_factory=list)

    def write(self, store: Store, view: View) -> None:
        """Give back once the line is committed; raises what kept it from that, Busy included.

        Never silently: whoever is stopped while writing for others leaves them NotWritten.
        """
        own = _Entry(view)
        with self._guard:
            self._waiting.append(own)
        with self._turn:
            if not own.is_written and own.error is None:
                self._commit(store)
        if not own.is_written:
            raise own.error or NotWritten

    def _commit(self, store: Store) -> None:
        with self._guard:
            batch, self._waiting = self._waiting, []
        # Always in one order, so that two processes do not wait for each other crosswise.
        batch.sort(key=lambda entry: str(entry.view.desk_id))
        error = self._write(store, batch)
        for entry in batch if error is not None and len(batch) > 1 else ():
            # A store that is not free is not for each of them either, one wait after the other.
            if isinstance(error, Busy):
                break
            error = self._write(store, [entry])

    def _write(self, store: Store, batch: list[_Entry]) -> Exception | None:
        """All or none of them; where none, each has the reason, and may be tried by itself."""
        try:
            with store.write() as session:
                for entry in batch:
                    entry.view.write(session)
        except Exception as error:
            for entry in batch:
                entry.error = error
            return error
        for entry in batch:
            entry.is_written = True
        return None
