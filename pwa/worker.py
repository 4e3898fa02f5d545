"""The worker: sends what is owed, and runs what must happen by itself, until it is stopped."""

from __future__ import annotations

import asyncio
import datetime as dt
import functools
import gc
import logging
import signal
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from models import readiness
from models.endpoint import PushHosts
from models.keys import KeyRing
from models.recipient import email_of
from models.settings import Settings
from models.store import Store
from models.town import Beat
from models.words import Words
from pwa.courier import Courier
from pwa.hosts import Hosts
from pwa.mail import mail_server
from pwa.message import Voice
from pwa.push import Pusher
from pwa.sender import LONGEST_REST_SECONDS, STUMBLE_SECONDS, Sender
from pwa.transport import Transport
from pwa.wake import Wake, wake_of

BEAT_SECONDS = 5.0

_log = logging.getLogger(__name__)
Clock = Callable[[], dt.datetime]


@dataclass(frozen=True, slots=True)
class Step:
    """Something done every so often in its own transactions; doing it twice does no harm."""

    name: str
    every: dt.timedelta
    run: Callable[[Store, dt.datetime], object]


@dataclass(slots=True)
class Worker:
    """The loop. `steps` run in turn, beside the sending."""

    store: Store
    sender: Sender
    wake: Wake
    clock: Clock
    steps: Sequence[Step] = ()
    _stopping: asyncio.Event = field(default_factory=asyncio.Event)

    def stop(self) -> None:
        """Finish what is on its way, give the rest back, and end."""
        self._stopping.set()

    async def run(self) -> None:
        """Until `stop()`."""
        beside = [asyncio.create_task(part) for part in (self._beating(), self._stepping())]
        try:
            async with self.sender:
                await self._sending()
        finally:
            for part in beside:
                part.cancel()
            await asyncio.gather(*beside, return_exceptions=True)
            await self.wake.close()

    async def _sending(self) -> None:
        while not self._stopping.is_set():
            try:
                rest = await self.sender.fetch()
            except Exception:
                _log.exception("the worker could not look for deliveries")
                rest = STUMBLE_SECONDS
            if rest > 0:
                await self._sleep(rest)

    async def _sleep(self, seconds: float) -> None:
        """Until woken, stopped, or the time is over."""
        waits = [
            asyncio.create_task(self.wake.wait(min(seconds, LONGEST_REST_SECONDS))),
            asyncio.create_task(self._stopping.wait()),
        ]
        done, pending = await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        for wait in pending:
            wait.cancel()
        await asyncio.gather(*pending, return_exceptions=True)
        for wait in done:
            wait.result()

    async def _beating(self) -> None:
        while True:
            await self._quietly("beat", functools.partial(beat, self.store, self.clock()))
            await asyncio.sleep(BEAT_SECONDS)

    async def _stepping(self) -> None:
        due = {step.name: self.clock() for step in self.steps}
        while True:
            for step in self.steps:
                if due[step.name] <= self.clock():
                    due[step.name] = self.clock() + step.every
                    run = functools.partial(step.run, self.store, self.clock())
                    await self._quietly(step.name, run)
            await asyncio.sleep(STUMBLE_SECONDS)

    async def _quietly(self, name: str, run: Callable[[], object]) -> None:
        try:
            await asyncio.to_thread(run)
        except Exception:
            _log.exception("the worker's step %s failed; it will be tried again", name)


def beat(store: Store, now: dt.datetime) -> None:
    """Leave a sign of life for `/readyz`."""
    with store.write() as session:
        session.merge(Beat(name=readiness.WORKER, at=now))


def sender_of(
    settings: Settings, store: Store, keys: KeyRing, words: Words, clock: Clock, way: Transport
) -> Sender:
    """A sender with everything that these settings name."""

    def address_of(person_id: uuid.UUID) -> str | None:
        with store.read() as session:
            return email_of(session, person_id)

    courier = Courier(
        pusher=Pusher(keys, settings.vapid_subject, lambda: clock().timestamp()),
        transport=way,
        voice=Voice(words, keys, settings.public_url),
        hosts=Hosts(),
        clock=clock,
        address_of=address_of,
        mail=mail_server(settings.smtp_url, settings.mail_from),
    )
    return Sender(store, courier, clock)


def settle_memory() -> None:
    """Take what stays for good out of the collector's sight: a fifth of the cost of a push."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(5_000, 10, 10)


def run_worker(
    settings: Settings,
    store: Store,
    keys: KeyRing,
    words: Words,
    clock: Clock,
    steps: Sequence[Step] = (),
) -> None:
    """Work until SIGTERM or SIGINT; then finish what is on its way and return."""

    async def work() -> None:
        async with Transport(PushHosts(settings.push_hosts)) as way:
            sender = sender_of(settings, store, keys, words, clock, way)
            worker = Worker(store, sender, wake_of(store), clock, steps)
            for number in (signal.SIGTERM, signal.SIGINT):
                asyncio.get_running_loop().add_signal_handler(number, worker.stop)
            await worker.run()

    settle_memory()
    asyncio.run(work())
