"""Writers of several processes take turns: who writes on and on lets others in between."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
import sqlalchemy as sa

from models.errors import Busy
from models.lock_file import LockFile

PATIENCE_SECONDS = 20


@pytest.fixture
def two(tmp_path: Path) -> list[LockFile]:
    """As two processes have them."""
    return [LockFile(sa.make_url(f"sqlite:///{tmp_path}/a.sqlite3")) for _ in "ab"]


def soon() -> float:
    return time.monotonic() + PATIENCE_SECONDS


def test_who_asks_comes_before_whoever_writes_on_and_on(two: list[LockFile]) -> None:
    busy, asking = two
    turns, holds, is_over = [0], threading.Event(), threading.Event()

    def write_on() -> None:
        while not is_over.is_set():
            with busy.held(soon()):
                turns[0] += 1
                holds.set()
                # As long as a write takes.
                is_over.wait(0.01)
                holds.clear()

    thread = threading.Thread(target=write_on)
    thread.start()
    passed = []
    for _ in range(10):
        assert holds.wait(PATIENCE_SECONDS)
        before = turns[0]
        with asking.held(soon()):
            passed.append(turns[0] - before)
    is_over.set()
    thread.join()
    assert max(passed) <= 1


def test_who_waits_too_long_is_told_and_stands_in_nobodys_way(two: list[LockFile]) -> None:
    first, second = two
    with first.held(soon()), pytest.raises(Busy), second.held(time.monotonic()):
        pass
    with second.held(soon()):
        pass
    with first.held(soon()):
        pass
