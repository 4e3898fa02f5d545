"""Several servers count tries in one Redis; without it each goes on by itself and says so once."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from blueprints import shared_counts
from blueprints.gate import limiter
from blueprints.shared_counts import SharedCounts
from models.keys import KeyRing
from models.settings import Settings
from models.store import Store
from tests import town
from tests.support.invitations import post
from tests.support.redis_peer import RedisPeer, redis_peer
from tests.town import Cast

HERE, MINUTE = "192.0.2.7", 60
WRONG = {"email": "okada@misaki.example", "password": "wrong wrong wrong"}


@pytest.fixture
def redis() -> Iterator[RedisPeer]:
    with redis_peer() as peer:
        yield peer


@pytest.fixture
def now(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """What the counts take for the time that passed; a test sets its only item."""
    instant = [1000.0]
    monkeypatch.setattr(shared_counts.time, "monotonic", lambda: instant[0])
    return instant


@pytest.fixture
def cast(store: Store) -> Cast:
    with store.write() as session:
        return town.build(session, noise=False)


def server(redis: RedisPeer, keys: KeyRing) -> SharedCounts:
    """One of the town's servers, which share their key file."""
    return SharedCounts(f"kizuki+{redis.url}", code_of=lambda key: keys.message_code("limits", key))


def test_what_one_server_counted_the_other_knows(redis: RedisPeer, keys: KeyRing) -> None:
    one, other = server(redis, keys), server(redis, keys)
    assert [one.incr("a", MINUTE), other.incr("a", MINUTE), one.incr("b", MINUTE)] == [1, 2, 1]
    assert other.get("a") == 2
    assert other.get_expiry("a") == pytest.approx(one.get_expiry("a"), abs=5)
    one.clear("a")
    assert other.get("a") == 0


def test_redis_learns_neither_networks_nor_accounts(redis: RedisPeer, keys: KeyRing) -> None:
    server(redis, keys).incr(f"LIMITS/{HERE}/wrong", MINUTE)
    assert not any(HERE.encode() in word for word in redis.heard)
    assert len(redis.counts) == 1


def test_without_redis_each_counts_by_itself_and_it_is_said_once(
    redis: RedisPeer, keys: KeyRing, now: list[float], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    counts = server(redis, keys)
    assert counts.incr(HERE, MINUTE) == 1
    redis.stop()
    assert [counts.incr(HERE, MINUTE) for _ in range(3)] == [1, 2, 3]
    now[0] += shared_counts.REST_SECONDS
    assert counts.incr(HERE, MINUTE) == 4
    assert counts.get(HERE) == 4
    counts.clear(HERE)
    assert counts.get(HERE) == 0
    redis.start()
    now[0] += shared_counts.REST_SECONDS
    assert counts.incr(HERE, MINUTE) == 2
    said = [record.getMessage() for record in caplog.records if record.name == "kizuki.limits"]
    assert len(said) == 2
    assert HERE not in caplog.text
    assert str(redis.port) not in caplog.text


@pytest.fixture
def apps(redis: RedisPeer, store: Store, keys: KeyRing) -> Iterator[Flask]:
    """A server of several; afterwards limits are counted as everywhere."""
    settings = Settings(redis=redis.url, signins_per_minute=3)
    yield create_app(settings, store=store, keys=keys)
    create_app(Settings(), store=store, keys=keys)


def test_a_town_of_several_servers_limits_them_together(
    apps: Flask, redis: RedisPeer, keys: KeyRing, cast: Cast
) -> None:
    client = apps.test_client()
    for _ in range(2):
        assert post(client, "/signin", **WRONG).status_code == 422
    # The third is tried at the other server.
    for key in list(redis.counts):
        redis.counts[key] += 1
    assert post(client, "/signin", **WRONG).status_code == 429
    redis.stop()
    assert limiter.storage.check() is False
    assert post(client, "/signin", **WRONG).status_code == 422, "nobody is locked out"
    redis.start()
    assert limiter.storage.check() is True


def test_one_server_has_no_use_for_redis(client: FlaskClient) -> None:
    assert not isinstance(limiter.storage, SharedCounts)
