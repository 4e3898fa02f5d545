"""A web service of aiohttp on loopback, in a thread of its own, whose changes a test waits for."""

from __future__ import annotations

import asyncio
import ssl
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable
from typing import Self

from aiohttp import web

PATIENCE_SECONDS = 20


class Loopback(ABC):
    """The running service; a context manager."""

    tls: ssl.SSLContext | None = None
    port = 0

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        if not self._ready.wait(PATIENCE_SECONDS):
            raise RuntimeError("the service did not start")
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE_SECONDS)

    @property
    def origin(self) -> str:
        """Where it is posted to."""
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def wait(self, holds: Callable[[], bool], seconds: float = 60) -> None:
        """Until `holds`, which is asked anew after everything that happens here."""
        with self._changed:
            if not self._changed.wait_for(holds, seconds):
                raise AssertionError(f"after {seconds} s: {self.story()}")

    def is_at_rest(self) -> bool:
        """Whether everybody has hung up, and all they said is heard."""
        server = self._runner.server
        return server is not None and not server.connections

    # What a service has of its own.

    @abstractmethod
    def routes(self) -> list[web.RouteDef]:
        """What it answers."""

    @abstractmethod
    def story(self) -> str:
        """What happened so far, for whoever waited in vain."""

    @abstractmethod
    async def let_go(self) -> None:
        """Whatever still hangs when it ends."""

    def _tell(self) -> None:
        with self._changed:
            self._changed.notify_all()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._runner = self._loop.run_until_complete(self._start())
        self._ready.set()
        try:
            self._loop.run_forever()
        finally:
            self._loop.run_until_complete(self.let_go())
            self._loop.run_until_complete(self._runner.cleanup())
            self._loop.close()

    async def _start(self) -> web.AppRunner:
        app = web.Application(client_max_size=1 << 20)
        app.add_routes(self.routes())
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=self.tls).start()
        self.port = runner.addresses[0][1]
        return runner
