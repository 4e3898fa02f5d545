"""The town's web server, which can be killed and started anew in milliseconds.

`python -m tests.faults.phones.server <bugs as JSON>`, with the town in the environment: prints its
port; each line on standard input is a SIGKILL, answered with a line when the next one serves.
The app is put together once; each server is a fork of it with a database connection of its own.
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
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

ROOT = Path(__file__).parents[3]


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


def _serve(app: Any, listener: socket.socket) -> int:
    """The process id of a new server on the same port."""
    from werkzeug.serving import make_server

    pid = os.fork()
    if pid:
        return pid
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    host, port = listener.getsockname()
    make_server(host, port, app, threaded=True, fd=listener.fileno()).serve_forever()
    os._exit(0)


if __name__ == "__main__":
    main(*sys.argv[1:])
