"""The limiter's counts: kept for their time, forgotten after it, without a thread for each."""

from __future__ import annotations

import threading

import pytest

from blueprints import counting
from blueprints.counting import Counts

SECONDS = 60


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The clock of the counts; a test sets its only item."""
    instant = [1000.0]
    monkeypatch.setattr(counting.time, "time", lambda: instant[0])
    return instant


def test_tries_are_counted_until_their_time_is_over(now: list[float]) -> None:
    counts = Counts()
    assert [counts.incr("a", SECONDS) for _ in range(3)] == [1, 2, 3]
    now[0] += SECONDS - 1
    assert counts.incr("a", SECONDS) == 4
    assert counts.get("a") == 4
    now[0] += 1
    assert counts.incr("a", SECONDS) == 1


def test_who_stays_away_is_forgotten_by_the_next_of_the_others(now: list[float]) -> None:
    counts = Counts()
    counts.incr("gone", SECONDS)
    now[0] += max(SECONDS, counting.SWEEP_SECONDS)
    counts.incr("here", SECONDS)
    assert set(counts.storage) == set(counts.expirations) == {"here"}


def test_counting_starts_no_thread(now: list[float]) -> None:
    counts = Counts()
    counts.timer.join()
    before = threading.active_count()
    counts.incr("a", SECONDS)
    assert not counts.timer.is_alive()
    assert threading.active_count() == before
