"""The town's web server, which can be killed and started anew in milliseconds.

`python -m tests.faults.phones.server <bugs as JSON>`, with the town and an area in the
environment: prints its port; each line on standard input is a SIGKILL, answered with a line when
the next one serves. The app is put together once; each server is a fork of it with a database
connection of its own.
"""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import json
import logging
import os
import signal
import socket
import sys
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

ROOT = Path(__file__).parents[3]
THREADS = 16
"""As in `blueprints.operator.serve`, which cannot be imported before the bugs are planted."""


class _Handler(WSGIRequestHandler):
    """A connection for each request, so that none keeps a place while it is idle."""

    protocol_version = "HTTP/1.0"


class _Server(ThreadedWSGIServer):
    """With as many requests at once as the server that is shipped; the others wait outside.

    Without an end to them, those that phones gave up on keep the machine from the others.
    """

    def __init__(self, host: str, port: int, app: Any, fd: int) -> None:
        super().__init__(host, port, app, _Handler, fd=fd)
        self._free = threading.BoundedSemaphore(THREADS)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Begin it when one of the others is done."""
        self._free.acquire()
        super().process_request(request, client_address)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Answer it."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()


class Bugged(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Loads some modules with a bug planted in their source."""

    def __init__(self, bugs: Sequence[dict[str, str]]) -> None:
        self.bugs = bugs

    def find_spec(self, name: str, path: Any, target: Any = None) -> Any:
        """Only of the modules that have one."""
        file = f"{name.replace('.', '/')}.py"
        mine = [bug for bug in self.bugs if bug["file"] == file]
        return importlib.machinery.ModuleSpec(name, self, origin=file) if mine else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the module's text, each bug standing where something stood exactly once."""
        assert module.__spec__ is not None
        file = str(module.__spec__.origin)
        text = (ROOT / file).read_text("utf-8")
        for bug in self.bugs:
            if bug["file"] == file:
                assert text.count(bug["old"]) == 1, f"not once in {file}: {bug['old']}"
                text = text.replace(bug["old"], bug["new"])
        exec(compile(text, file, "exec"), module.__dict__)


def main(bugs: str) -> None:
    """Serve until standard input ends."""
    sys.meta_path.insert(0, Bugged(json.loads(bugs)))
    from app import create_app

    logging.disable(logging.CRITICAL)
    app = create_app()
    _warm(app)
    app.extensions["kizuki"].store.close()
    listener = socket.create_server(("127.0.0.1", 0), backlog=512)
    child = _serve(app, listener)
    sys.stdout.write(f"{listener.getsockname()[1]}\n")
    sys.stdout.flush()
    for _line in sys.stdin:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        child = _serve(app, listener)
        sys.stdout.write("served\n")
        sys.stdout.flush()
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


def _warm(app: Any) -> None:
    """What only the first note costs is paid here, once: a server may live a tenth of a second."""
    note = {"id": str(uuid.uuid4()), "area": os.environ["WARM_AREA"], "words": "はじめの一枚"}
    for _ in range(2):
        answer = app.test_client().post("/api/v1/observations", json=note)
        assert answer.status_code in {200, 201}, answer.text


def _serve(app: Any, listener: socket.socket) -> int:
    """The process id of a new server on the same port."""
    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    _Server(*listener.getsockname(), app, fd=listener.fileno()).serve_forever()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
