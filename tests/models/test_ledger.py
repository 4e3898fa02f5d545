"""Nobody goes on without their line: neither behind one who was stopped, nor one by one."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from models.errors import Busy
from models.ledger import Ledger, NotWritten


class _Guard:
    """Lets a second one in before the first takes all who wait."""

    def __init__(self) -> None:
        self._turns = itertools.count()
        self._is_in = threading.Event()
        self.second = threading.Thread()

    def __enter__(self) -> None:
        if next(self._turns) == 1:
            self.second.start()
            assert self._is_in.wait(10)

    def __exit__(self, *_error: object) -> None:
        if threading.current_thread() is self.second:
            self._is_in.set()


class _Store:
    """Whoever asks first, or each, gets this instead of a turn."""

    def __init__(self, error: BaseException) -> None:
        self.error = error
        self.asked = 0

    @contextmanager
    def write(self) -> Iterator[None]:
        self.asked += 1
        if self.asked == 1 or isinstance(self.error, Exception):
            raise self.error
        yield


class _View:
    desk_id = None

    def write(self, _session: None) -> None:
        pass


def _two(error: BaseException) -> tuple[_Store, list[BaseException | None]]:
    """Two write at once, the second's line in the first's turn; what each of them met."""
    guard, store = _Guard(), _Store(error)
    met: list[BaseException | None] = []
    ledger = Ledger(_guard=guard)  # type: ignore[arg-type]
    whole: Any = (store, _View())

    def write() -> None:
        try:
            ledger.write(*whole)
        except BaseException as failure:
            met.append(failure)
        else:
            met.append(None)

    guard.second = threading.Thread(target=write)
    write()
    guard.second.join(10)
    return store, met


def test_whose_line_another_was_writing_when_stopped_is_refused() -> None:
    _, met = _two(SystemExit())
    assert {type(one) for one in met} == {SystemExit, NotWritten}


@pytest.mark.parametrize("error", [Busy(), ValueError("bad")], ids=["busy", "another"])
def test_a_store_that_is_busy_is_asked_once_for_all_of_them(error: Exception) -> None:
    store, met = _two(error)
    assert met == [error, error]
    assert store.asked == (1 if isinstance(error, Busy) else 3)
