"""The loop: woken by a commit, stopped without losing anything, alive for others to see."""

from __future__ import annotations

import asyncio
import datetime as dt
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from models import readiness
from models.delivery import CHANNEL_NAME, DeliveryState
from models.dispatch import LEASE
from models.store import Store
from models.town import Beat
from pwa import wake as wake_module
from pwa.worker import Step, Worker, run_worker
from tests.support.office import WORDS, Office
from tests.support.postgres import Postgres
from tests.support.push_peer import HANG, PushPeer


@pytest.fixture
def office(either: Store) -> Iterator[Office]:
    with PushPeer() as peer:
        yield Office(either, peer)


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not holds():
            await asyncio.sleep(0.01)


def test_a_commit_wakes_the_worker_within_half_a_second(office: Office) -> None:
    clerk, [phone] = office.reader()
    waits: list[float] = []

    async def owe(_worker: Worker) -> None:
        await asyncio.to_thread(office.owe, clerk)
        await until(lambda: len(office.peer.accepted(phone)) == 1)
        for number in range(2, 8):
            began = time.monotonic()
            await asyncio.to_thread(office.owe, clerk)
            await until(lambda n=number: len(office.peer.accepted(phone)) == n)  # type: ignore[misc]
            waits.append(office.peer.posts[-1].at - began)

    office.work(owe)
    assert sorted(waits)[len(waits) // 2] < 0.5, waits


def test_a_stopped_worker_gives_back_what_it_did_not_send(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwa.sender.RUNNERS", 2)
    clerk, [phone] = office.reader()
    owed = office.owe(clerk, times=300)

    async def begin(_worker: Worker) -> None:
        await until(lambda: len(office.peer.posts) > 3)

    office.work(begin)
    sent = len(office.peer.accepted(phone))
    assert 3 < sent < len(owed), "it was stopped in the midst of it"
    assert office.states() == {
        DeliveryState.ACCEPTED: sent,
        DeliveryState.QUEUED: len(owed) - sent,
    }
    office.send()
    assert office.states() == {DeliveryState.ACCEPTED: len(owed)}
    assert len(office.peer.posts) == len(owed), "nothing went twice"


def test_a_service_that_hangs_does_not_hold_up_the_end(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwa.sender.DRAIN_SECONDS", 0.1)
    clerk, [phone] = office.reader()
    office.peer.script(phone, [HANG])
    office.owe(clerk)
    began = threading.Event()
    monkeypatch.setattr(office.peer, "on_hang", began.set)

    async def begin(_worker: Worker) -> None:
        await asyncio.to_thread(began.wait, 20)

    office.work(begin)
    assert office.states() == {DeliveryState.QUEUED: 1}
    office.now += LEASE
    office.send()
    assert office.states() == {DeliveryState.ACCEPTED: 1}


def test_a_signal_ends_the_worker_in_good_order(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwa.worker.settle_memory", lambda: None)
    clerk, _ = office.reader()
    office.owe(clerk)
    office.peer.on_message = lambda _: os.kill(os.getpid(), signal.SIGTERM)
    run_worker(office.settings, office.store, office.store.keys, WORDS, office.clock)
    assert office.states() == {DeliveryState.ACCEPTED: 1}


def test_a_connection_that_breaks_is_replaced(postgres: Postgres) -> None:
    async def listen(url: str) -> list[float]:
        engine = sa.create_engine(url)
        wake = wake_module.PostgresWake(engine)
        loop, waits = asyncio.get_running_loop(), []
        await wake.wait(0.01)
        for statement in (_END_LISTENERS, _NOTIFY, _NOTIFY):
            began = loop.time()
            with engine.begin() as connection:
                connection.execute(sa.text(statement))
            await wake.wait(5)
            waits.append(loop.time() - began)
        await wake.close()
        engine.dispose()
        return waits

    with postgres.database() as url:
        waits = asyncio.run(listen(url))
    assert waits[-1] < 0.5, waits


_END_LISTENERS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
    "WHERE query LIKE 'LISTEN%' AND pid <> pg_backend_pid()"
)
_NOTIFY = f"NOTIFY {CHANNEL_NAME}"


def test_the_worker_leaves_a_sign_of_life(office: Office) -> None:
    async def look(_worker: Worker) -> None:
        await until(lambda: beat(office) is not None)

    office.work(look)
    assert beat(office) == office.now


def beat(office: Office) -> dt.datetime | None:
    with office.store.read() as session:
        found = session.get(Beat, readiness.WORKER)
        return None if found is None else found.at


def test_steps_run_when_they_are_due_and_one_that_fails_stops_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwa.worker.STUMBLE_SECONDS", 0.02)
    clerk, [phone] = office.reader()
    runs: list[str] = []

    def fail(_store: Store, _now: dt.datetime) -> None:
        runs.append("broken")
        raise ZeroDivisionError

    def work(_store: Store, _now: dt.datetime) -> None:
        runs.append("whole")

    async def look(_worker: Worker) -> None:
        await until(lambda: runs == ["broken", "whole"])
        office.now += dt.timedelta(minutes=59)
        await asyncio.to_thread(office.owe, clerk)
        await until(lambda: len(office.peer.accepted(phone)) == 1)
        assert runs == ["broken", "whole"]
        office.now += dt.timedelta(minutes=1)
        await until(lambda: runs == ["broken", "whole"] * 2)

    hour = dt.timedelta(hours=1)
    office.work(look, (Step("broken", hour, fail), Step("whole", hour, work)))


def test_a_database_that_was_away_does_not_end_the_worker(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pwa.worker.STUMBLE_SECONDS", 0.02)
    clerk, [phone] = office.reader()
    office.owe(clerk)
    real, left = office.store.read, [3]

    def away() -> object:
        if left[0]:
            left[0] -= 1
            raise OSError("the database is away")
        return real()

    monkeypatch.setattr(office.store, "read", away)

    async def look(_worker: Worker) -> None:
        await until(lambda: len(office.peer.accepted(phone)) == 1)

    office.work(look)
    assert left == [0]
