"""Sends what is due: claims, hands to a fixed number of runners, and writes outcomes together.

Only after its outcome is written is a delivery done: a kill between sending and writing sends
it again, under the same tag, so that the phone shows it once.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

import sqlalchemy as sa

from models.delivery import DeliveryKind
from models.dispatch import BATCH, Job, claim, give_back, next_due, record
from models.errors import Busy
from models.recipient import Recipient, recipients
from models.store import Store
from models.subscription import note_answers
from pwa.courier import Carried, Courier

RUNNERS = 64
IN_FLIGHT = 2 * BATCH
GATHER_SECONDS = 0.05
GATHER_TIMES = 4
"""How often outcomes wait so long for others on their way, to be written together."""
LONGEST_REST_SECONDS = 60.0
DRAIN_SECONDS = 25.0
STUMBLE_SECONDS = 1.0
"""How long to wait where the database is away."""

_log = logging.getLogger(__name__)


@dataclass(slots=True)
class Sender:
    """An async context manager: inside, `fetch()` sends; on leaving, everything is drained."""

    store: Store
    courier: Courier
    clock: Callable[[], dt.datetime]
    _jobs: asyncio.Queue[tuple[Job, Recipient]] = field(default_factory=asyncio.Queue)
    _done: list[Carried] = field(default_factory=list)
    _open: int = 0
    _at_once: int = BATCH
    _news: asyncio.Event = field(default_factory=asyncio.Event)
    _written: asyncio.Event = field(default_factory=asyncio.Event)
    _parts: list[asyncio.Task[None]] = field(default_factory=list)

    async def __aenter__(self) -> Self:
        self._parts = [asyncio.create_task(self._runner()) for _ in range(RUNNERS)]
        self._parts.append(asyncio.create_task(self._recorder()))
        return self

    async def __aexit__(self, *_: object) -> None:
        """Give back what was not begun, wait for what was, and write it down."""
        await self._drain()
        for part in self._parts:
            part.cancel()
        await asyncio.gather(*self._parts, return_exceptions=True)

    async def fetch(self) -> float:
        """Claim what is due; gives the seconds until there can be more, 0 where there is now."""
        room = IN_FLIGHT - self._open
        if room < BATCH:
            await self._progress()
            return 0.0
        found, due = await asyncio.to_thread(self._claim)
        self._open += len(found)
        for item in found:
            self._jobs.put_nowait(item)
        if found:
            return 0.0
        if due is None:
            return LONGEST_REST_SECONDS
        return max((due - self.clock()).total_seconds(), GATHER_SECONDS)

    def _claim(self) -> tuple[list[tuple[Job, Recipient]], dt.datetime | None]:
        now = self.clock()
        with self.store.read() as session:
            due = next_due(session)
        if due is None or due > now:
            return [], due
        with self.store.write() as session:
            jobs = claim(session, now)
        with self.store.read() as session:
            known = recipients(session, jobs)
        return [(job, known[job.id]) for job in jobs], due

    async def _runner(self) -> None:
        while True:
            job, to = await self._jobs.get()
            try:
                self._done.append(await self.courier.carry(job, to))
            except Exception:
                _log.exception("a delivery could not be carried; its lease will lapse")
                self._close(1)
            self._news.set()

    # Recording.

    async def _recorder(self) -> None:
        while True:
            await self._news.wait()
            for _ in range(GATHER_TIMES):
                if len(self._done) >= min(self._at_once, self._open):
                    break
                await asyncio.sleep(GATHER_SECONDS)
            if self._done:
                await self._write_down()
            if not self._done:
                self._news.clear()

    async def _write_down(self) -> None:
        """Write a batch; where the store is away, keep it and try again."""
        batch = self._done[: self._at_once]
        try:
            await asyncio.to_thread(self._record, batch)
        except (Busy, sa.exc.OperationalError, sa.exc.TimeoutError) as error:
            _log.warning("outcomes wait to be written (%s)", type(error).__name__)
            await asyncio.sleep(STUMBLE_SECONDS)
            return
        except Exception:
            _log.exception("%d outcomes could not be written", len(batch))
            self._at_once = 1
            if len(batch) > 1:
                return
        else:
            self._at_once = BATCH
        del self._done[: len(batch)]
        self._close(len(batch))

    def _record(self, batch: Sequence[Carried]) -> None:
        with self.store.write() as session:
            record(session, [carried.job for carried in batch])
            note_answers(
                session,
                accepted=[phone for carried in batch for phone in carried.accepted],
                refused=[phone for carried in batch for phone in carried.suspect],
                gone=[phone for carried in batch for phone in _leaving(carried)],
                now=self.clock(),
            )

    async def _drain(self) -> None:
        """Give back what was not begun; wait for what was, and write it down."""
        unsent = [self._jobs.get_nowait()[0] for _ in range(self._jobs.qsize())]
        self._close(len(unsent))
        if unsent:
            await asyncio.to_thread(self._give_back, unsent)
        try:
            async with asyncio.timeout(DRAIN_SECONDS):
                while self._open:
                    await self._progress()
        except TimeoutError:
            _log.warning("%d deliveries stay leased; they are sent again", self._open)

    async def _progress(self) -> None:
        """Until a delivery is done with."""
        self._written.clear()
        await self._written.wait()

    def _close(self, number: int) -> None:
        self._open -= number
        self._written.set()

    def _give_back(self, jobs: Sequence[Job]) -> None:
        with self.store.write() as session:
            give_back(session, jobs, self.clock())


def _leaving(carried: Carried) -> list[UUID]:
    """The phones to remove: those that are gone, and one that had its farewell."""
    phone = carried.job.subscription_id
    if phone is None or carried.job.kind is not DeliveryKind.REVOKED:
        return carried.gone
    return [*carried.gone, phone]
