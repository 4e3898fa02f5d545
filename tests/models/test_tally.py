"""Tries in the database: one count for all servers, and nothing in it that tells whose they are."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ThreadPoolExecutor

import sqlalchemy as sa

from models import tally
from models.keys import KeyRing
from models.store import Store
from models.tally import Tally
from tests.conftest import NOW

MINUTE = dt.timedelta(minutes=1)
NETWORK = "192.0.2.7"


def _rows(store: Store) -> list[tuple[bytes, int]]:
    with store.read() as session:
        return [tuple(row) for row in session.execute(sa.select(Tally.code, Tally.number))]


def test_servers_count_together_until_the_time_is_over(shared: Store, keys: KeyRing) -> None:
    other = Store(shared.url.render_as_string(hide_password=False), keys)
    try:
        assert [tally.add(one, NETWORK, MINUTE, NOW) for one in (shared, other)] == [1, 2]
        later = NOW + MINUTE
        assert tally.find(other, NETWORK, later - dt.timedelta(seconds=1)) == (2, later)
        assert tally.find(other, NETWORK, later) == (0, later)
        assert tally.add(other, NETWORK, MINUTE, later) == 1
        tally.forget(shared, NETWORK, later)
        assert tally.find(other, NETWORK, later)[0] == 0
    finally:
        other.close()


def test_of_tries_at_one_moment_none_is_lost(shared: Store) -> None:
    with ThreadPoolExecutor(8) as pool:
        found = pool.map(lambda _: tally.add(shared, NETWORK, MINUTE, NOW), range(40))
    assert sorted(found) == list(range(1, 41))


def test_a_code_tells_neither_a_network_nor_another_day(shared: Store) -> None:
    tally.add(shared, NETWORK, MINUTE, NOW)
    tally.add(shared, NETWORK, MINUTE, NOW + dt.timedelta(days=1))
    codes = [code for code, _number in _rows(shared)]
    assert len(set(codes)) == 2
    assert not any(NETWORK.encode() in code for code in codes)


def test_what_is_over_goes_and_is_in_no_log_of_the_database(shared: Store, store: Store) -> None:
    tally.add(shared, NETWORK, MINUTE, NOW)
    tally.add(shared, "another", MINUTE * 2, NOW)
    tally.forget_over(shared, NOW + MINUTE)
    assert [number for _code, number in _rows(shared)] == [1]
    with shared.read() as session:
        kept = session.scalar(sa.text("SELECT relpersistence FROM pg_class WHERE relname='tally'"))
    assert kept == "u"
    tally.forget_over(store, NOW)
