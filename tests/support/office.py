"""A town's sending side in one hand: store, phones, a push service, and a worker to run."""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.delivery import Delivery, DeliveryKind, DeliveryState
from models.endpoint import PushHosts
from models.person import Person
from models.settings import Settings
from models.store import Store
from models.words import Words
from pwa.sender import Sender
from pwa.transport import Transport
from pwa.wake import wake_of
from pwa.worker import Step, Worker, sender_of
from tests.support.deliveries import NOW, a_person, subscribe
from tests.support.push_peer import Phone, PushPeer
from tests.support.sending import send_due

WORDS = Words(Path(__file__).parents[2] / "translations", strict=True)


class Office:
    """What a test of the worker needs; its clock stands at `now` until a test moves it."""

    def __init__(self, store: Store, peer: PushPeer) -> None:
        self.store = store
        self.peer = peer
        self.now = NOW
        peer.clock = self.clock
        self.settings = Settings(
            public_url="https://kizuki.town.example.jp",
            push_hosts=("loopback",),
            vapid_subject="mailto:push@town.example.jp",
        )

    def clock(self) -> dt.datetime:
        """The time of the office."""
        return self.now

    def reader(self, *, phones: int = 1, **of: Any) -> tuple[uuid.UUID, list[Phone]]:
        """Somebody with an account and so many phones."""
        made = [self.peer.phone() for _ in range(phones)]
        with self.store.write() as session:
            person = a_person(session, **of)
            for phone in made:
                subscribe(session, phone, person=person)
            return person.id, made

    def owe(self, person_id: uuid.UUID, *, times: int = 1, **of: Any) -> list[uuid.UUID]:
        """Queue deliveries, as a door does."""
        kind = of.pop("kind", DeliveryKind.NEW_NOTE)
        with self.store.write() as session:
            return [
                Delivery.queue(session, kind, person_id=person_id, **({"now": self.now} | of)).id
                for _ in range(times)
            ]

    def send(self) -> None:
        """Send everything that is due, as the worker would, and return."""
        send_due(self.settings, self.store, self.store.keys, WORDS, self.clock)

    def sender(self, way: Transport) -> Sender:
        """A sender of this office."""
        return sender_of(self.settings, self.store, self.store.keys, WORDS, self.clock, way)

    def work(
        self, until: Callable[[Worker], Coroutine[Any, Any, None]], steps: tuple[Step, ...] = ()
    ) -> None:
        """Run a worker while `until` runs beside it; then stop it and wait for its end."""

        async def both() -> None:
            async with Transport(PushHosts(["loopback"])) as way:
                worker = Worker(
                    self.store, self.sender(way), wake_of(self.store), self.clock, steps
                )
                running = asyncio.create_task(worker.run())
                try:
                    await asyncio.wait_for(until(worker), 30)
                finally:
                    worker.stop()
                    await asyncio.wait_for(running, 60)

        asyncio.run(both())

    def row(self, delivery_id: uuid.UUID) -> Delivery:
        """A delivery as it stands."""
        with self.store.read() as session:
            found = session.get(Delivery, delivery_id)
            assert found is not None
            session.expunge(found)
            return found

    def states(self) -> dict[DeliveryState, int]:
        """How many deliveries stand where."""
        with self.store.read() as session:
            rows = session.execute(
                sa.select(Delivery.state, sa.func.count()).group_by(Delivery.state)
            )
            return dict(tuple(row) for row in rows)

    def change(self, work: Callable[[Session], object]) -> None:
        """One writing transaction."""
        with self.store.write() as session:
            work(session)

    def suspend(self, person_id: uuid.UUID, **columns: Any) -> None:
        """Change a person's columns."""
        self.change(
            lambda session: session.execute(
                sa.update(Person).where(Person.id == person_id).values(**columns)
            )
        )
