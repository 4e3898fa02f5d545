"""What a push costs: pushes per second and CPU per push against a TLS sink, commit to POST idle.

`python -m tests.load.push [number]`; part of `make bench`. It prints and never fails on seconds;
it does fail where a push was lost or went twice.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import random
import ssl
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import aiohttp
import sqlalchemy as sa
import trustme
from sqlalchemy.orm import Session

from models.base import Base
from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.endpoint import PushAddress, PushHosts
from models.keys import KeyRing
from models.kizuki import utc_now
from models.settings import Settings
from models.store import Store
from pwa.push import Pusher, padded
from pwa.sender import Sender
from pwa.transport import Transport
from pwa.wake import wake_of
from pwa.worker import Worker, sender_of, settle_memory
from tests.support.deliveries import a_person, subscribe
from tests.support.office import WORDS
from tests.support.push_peer import Phone
from tests.support.sending import until_quiet

PEOPLE = 200
IDLE_PUSHES = 100
SETTINGS = Settings(
    public_url="https://kizuki.town.example.jp",
    push_hosts=("loopback",),
    vapid_subject="mailto:push@town.example.jp",
)


@contextlib.contextmanager
def sink(folder: Path) -> Iterator[tuple[str, ssl.SSLContext]]:
    """The sink's origin, and what trusts its certificate."""
    authority = trustme.CA()
    certificate = folder / "sink.pem"
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(certificate)
    authority.cert_pem.write_to_path(folder / "trust.pem")
    trust = ssl.create_default_context()
    authority.configure_trust(trust)
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.load.sink", str(certificate)], stdout=subprocess.PIPE
    )
    assert process.stdout is not None
    try:
        yield f"https://127.0.0.1:{int(process.stdout.readline())}", trust
    finally:
        process.terminate()
        process.wait()


def prepare(store: Store, origin: str, number: int) -> list[uuid.UUID]:
    """People with a phone each, and so many deliveries owed to them."""
    with store.write() as session:
        made = [a_person(session) for _ in range(PEOPLE)]
        people = [person.id for person in made]
        for index, person in enumerate(made):
            subscribe(session, Phone(str(index), f"{origin}/push/{index}"), person=person)
    for start in range(0, number, 1000):
        with store.write() as session:
            for index in range(start, min(start + 1000, number)):
                _owe(session, people[index % PEOPLE])
    return people


def _owe(session: Session, person: uuid.UUID) -> None:
    Delivery.queue(session, DeliveryKind.NEW_NOTE, now=utc_now(), person_id=person)


def new_sender(store: Store, way: Transport) -> Sender:
    """A sender as the worker has it."""
    return sender_of(SETTINGS, store, store.keys, WORDS, utc_now, way)


async def arrived(origin: str, trust: ssl.SSLContext) -> list[float]:
    """When the sink took each push."""
    async with aiohttp.ClientSession() as session, session.get(origin, ssl=trust) as answer:
        return [float(line) for line in (await answer.text()).split()]


def encryption(keys: KeyRing) -> float:
    """CPU µs of encrypting and signing one push, the unit of the table."""
    pusher, phone = Pusher(keys, SETTINGS.vapid_subject), Phone("a", "https://127.0.0.1:1/a")
    address = PushAddress(phone.endpoint, phone.p256dh, phone.auth)
    took = []
    for _ in range(20):
        cpu = time.process_time()
        for _ in range(50):
            pusher.parcel(address, keys.vapid_key_id, padded(b""), ttl=9, topic="a", high=False)
        took.append((time.process_time() - cpu) / 50 * 1e6)
    return sorted(took)[len(took) // 2]


async def many(store: Store, origin: str, trust: ssl.SSLContext, number: int) -> None:
    """Everything at once."""
    async with Transport(PushHosts(["loopback"]), trust=trust) as way:
        began, cpu = time.perf_counter(), time.process_time()
        async with new_sender(store, way) as sender:
            await until_quiet(sender)
        seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    count = len(await arrived(origin, trust))
    unit = encryption(store.keys)
    say("pushes per second, wall", number / seconds)
    say("CPU µs per push, all in", cpu / number * 1e6)
    say("of it encrypted, signed, µs", unit)
    say("all in / encrypted", cpu / number * 1e6 / unit)
    say("lost", number - min(count, number))
    say("twice", max(count - number, 0))
    if count != number:
        raise SystemExit("a push was lost or went twice")


async def idle(store: Store, origin: str, trust: ssl.SSLContext, people: list[uuid.UUID]) -> None:
    """One at a time, at random moments, with the worker waiting."""
    before = len(await arrived(origin, trust))
    waits = []
    async with Transport(PushHosts(["loopback"]), trust=trust) as way:
        worker = Worker(store, new_sender(store, way), wake_of(store), utc_now)
        running = asyncio.create_task(worker.run())
        for index in range(IDLE_PUSHES):
            await asyncio.sleep(random.uniform(0.05, 0.45))
            await asyncio.to_thread(_commit, store, people[index % PEOPLE])
            committed = time.time()
            while len(found := await arrived(origin, trust)) <= before + index:
                await asyncio.sleep(0.02)
            waits.append(found[-1] - committed)
        worker.stop()
        await running
    waits.sort()
    say("commit to POST, ms, median", waits[len(waits) // 2] * 1e3)
    say("commit to POST, ms, p99", waits[int(len(waits) * 0.99)] * 1e3)


def _commit(store: Store, person: uuid.UUID) -> None:
    with store.write() as session:
        _owe(session, person)


def say(what: str, figure: float) -> None:
    """One line of the table."""
    sys.stdout.write(f"push | {what:28} | {figure:10,.1f}\n")


def main(number: int) -> None:
    """Print the table."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        url = os.environ.get("BENCH_DATABASE_URL") or f"sqlite:///{folder}/push.sqlite3"
        store = Store(url, KeyRing.ephemeral())
        Base.metadata.create_all(store.engine)
        with sink(folder) as (origin, trust):
            people = prepare(store, origin, number)
            settle_memory()
            asyncio.run(many(store, origin, trust, number))
            with store.read() as session:
                done = sa.select(sa.func.count()).where(Delivery.state == DeliveryState.ACCEPTED)
                say("recorded", float(session.scalar(done) or 0))
            asyncio.run(idle(store, origin, trust, people))
        store.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
