"""How long a push service is left alone, so that one that is down does not hold the others."""

from __future__ import annotations

import datetime as dt
import random

from pwa.hosts import REST, STRIKES, Hosts

NOW = dt.datetime(2026, 11, 24, 9, tzinfo=dt.UTC)
SECOND = dt.timedelta(seconds=1)


def test_a_host_that_asks_us_to_wait_is_left_alone_exactly_that_long() -> None:
    hosts = Hosts()
    hosts.pause("https://a", NOW + 7 * SECOND)
    assert hosts.paused_until("https://a", NOW + 6.9 * SECOND) == NOW + 7 * SECOND
    assert hosts.paused_until("https://b", NOW) is None
    assert hosts.paused_until("https://a", NOW + 7 * SECOND) is None
    assert hosts.paused_until("https://a", NOW) is None


def test_a_shorter_wait_does_not_undo_a_longer_one() -> None:
    hosts = Hosts()
    hosts.pause("https://a", NOW + 60 * SECOND)
    hosts.pause("https://a", NOW + SECOND)
    assert hosts.paused_until("https://a", NOW) == NOW + 60 * SECOND


def test_a_silent_host_rests_and_one_answer_clears_it() -> None:
    hosts = Hosts()
    for _ in range(STRIKES - 1):
        hosts.silent("https://a", NOW)
    hosts.answered("https://a")
    for _ in range(STRIKES - 1):
        hosts.silent("https://a", NOW)
    assert hosts.paused_until("https://a", NOW) is None
    hosts.silent("https://a", NOW)
    assert hosts.paused_until("https://a", NOW) == NOW + REST


def test_the_wait_grows_with_the_tries_and_is_spread_over_its_whole_length() -> None:
    hosts = Hosts(random.Random(1))
    waits = [[hosts.backoff(tries).total_seconds() for _ in range(300)] for tries in range(9)]
    for longest, found in zip((1, 4, 15, 60, 240, 900, 900, 900, 900), waits, strict=True):
        assert 0 <= min(found) < longest / 10
        assert longest * 0.9 < max(found) <= longest
