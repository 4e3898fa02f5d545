"""Who waits for a slower answer holds no more of the server than a few places."""

from __future__ import annotations

import threading

import pytest
from flask import Flask
from flask.testing import FlaskClient

from blueprints import gate
from blueprints.join import patience
from tests.support.invitations import post
from tests.town import Cast

WRONG = {"email": "okada@misaki.example", "password": "wrong wrong wrong"}


@pytest.fixture
def slow(client: FlaskClient, cast: Cast, monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """An account whose wrong tries make the next answer wait, until the event is set."""
    over = threading.Event()
    monkeypatch.setattr(gate.limiter, "enabled", False)
    monkeypatch.setattr(patience.time, "sleep", lambda _seconds: over.wait(30))
    for _ in range(patience.FREE_TRIES + 1):
        assert post(client, "/signin", **WRONG).status_code == 422
    return over


def test_one_machine_holds_two_places_and_all_together_four(
    app: Flask, slow: threading.Event
) -> None:
    statuses: list[int] = []

    def try_from(address: str) -> None:
        client = app.test_client()
        client.environ_base["REMOTE_ADDR"] = address
        statuses.append(post(client, "/signin", **WRONG).status_code)

    def begin(address: str) -> threading.Thread:
        thread = threading.Thread(target=try_from, args=(address,))
        thread.start()
        return thread

    def settled(n: int) -> bool:
        for _ in range(200):
            if patience._waiting[patience.ACCOUNTS].total() == n:
                return True
            threading.Event().wait(0.05)
        return False

    threads = [begin("2001:db8:1:2::1"), begin("2001:db8:1:2:ffff::9")]
    assert settled(2)
    beyond = app.test_client()
    beyond.environ_base["REMOTE_ADDR"] = "2001:db8:1:2:3::4"
    answer = post(beyond, "/signin", **WRONG)
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "4")
    assert "okada@misaki.example" in answer.text
    threads += [begin("192.0.2.1"), begin("192.0.2.2")]
    assert settled(4)
    beyond.environ_base["REMOTE_ADDR"] = "192.0.2.3"
    assert post(beyond, "/signin", **WRONG).status_code == 429
    slow.set()
    for thread in threads:
        thread.join(30)
    assert statuses == [422] * 4
    assert patience._waiting[patience.ACCOUNTS].total() == 0


def test_a_try_counts_before_it_is_looked_at(
    app: Flask, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    counts: list[int] = []

    def look(_kept: str, _typed: str) -> bool:
        counts.extend(gate.limiter.storage.storage.values())
        return False

    monkeypatch.setattr("blueprints.join.sign_in.is_password", look)
    post(app.test_client(), "/signin", **WRONG)
    assert counts == [1]


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("nothing", "nothing"),
    ],
)
def test_limits_count_a_network_and_no_single_address_of_it(
    app: Flask, address: str, network: str
) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert gate.network() == network
