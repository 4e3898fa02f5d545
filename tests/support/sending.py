"""The worker's sending without the worker: everything that is due, once."""

from __future__ import annotations

import asyncio

from models.endpoint import PushHosts
from models.keys import KeyRing
from models.kizuki import Clock
from models.settings import Settings
from models.store import Store
from models.words import Words
from pwa.sender import Sender
from pwa.transport import Transport
from pwa.worker import sender_of


async def until_quiet(sender: Sender) -> None:
    """Send everything that is due now, and wait until its outcome is written."""
    while True:
        if await sender.fetch() == 0.0:
            continue
        if not sender._open:
            return
        await sender._progress()


def send_due(settings: Settings, store: Store, keys: KeyRing, words: Words, clock: Clock) -> None:
    """Send everything that is due now, and return."""

    async def work() -> None:
        async with (
            Transport(PushHosts(settings.push_hosts)) as way,
            sender_of(settings, store, keys, words, clock, way) as sender,
        ):
            await until_quiet(sender)

    asyncio.run(work())
