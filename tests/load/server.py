"""Servers under load, and what /proc says of them."""

from __future__ import annotations

import json
import os
import pickle
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from blueprints.operator.serve import SPARING, THREADS
from tests.support.mailbox import free_port

ROOT = Path(__file__).parents[2]
_TICK = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class Seen:
    """One run of load. CPU in ms a request: of the server's processes and of PostgreSQL's."""

    cpu: float
    database_cpu: float
    foreign: float
    """The share of this machine's CPU that went to processes of others."""
    requests: int
    bad: int
    per_second: float
    p50: float
    p95: float


class Server:
    """A process group of its own."""

    def __init__(self, command: Sequence[str], env: Mapping[str, str], port: int = 0) -> None:
        self.port = port
        self._process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=ROOT,
            env=SPARING | os.environ | {"PYTHONDONTWRITEBYTECODE": "1"} | env,
            start_new_session=True,
        )
        if port:
            self._wait()

    def _wait(self) -> None:
        until = time.monotonic() + 60
        while time.monotonic() < until and self._process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", self.port), 0.2).close()
                return
            except OSError:
                time.sleep(0.1)
        raise SystemExit("a server did not start")

    @property
    def ticks(self) -> int:
        """CPU that its processes have used, in clock ticks."""
        return sum(one.ticks for one in _processes() if one.group == self._process.pid)

    @property
    def memory(self) -> float:
        """Resident memory of its largest process, in MB."""
        pages = max(one.pages for one in _processes() if one.group == self._process.pid)
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6

    def load(self, clients: int, seconds: float, requests: list[bytes], folder: Path) -> Seen:
        """Put load on from a second process, and look at the CPU meanwhile."""
        file = folder / "requests"
        file.write_bytes(pickle.dumps(requests))
        asked = [str(value) for value in (self.port, clients, seconds, file)]
        before, spent = self._usage(), _children()
        done = subprocess.run(
            [sys.executable, "-m", "tests.load.clients", *asked],
            cwd=ROOT,
            check=True,
            capture_output=True,
        )
        after, spent = self._usage(), _children() - spent
        used, database, busy, all_of_it = (b - a for a, b in zip(before, after, strict=True))
        seen = json.loads(done.stdout)
        per_request = 1000 / _TICK / max(seen["requests"], 1)
        foreign = max(0.0, busy - used - database - spent * _TICK) / max(all_of_it, 1)
        return Seen(
            cpu=used * per_request, database_cpu=database * per_request, foreign=foreign, **seen
        )

    def _usage(self) -> tuple[int, int, int, int]:
        database = sum(one.ticks for one in _processes() if one.name == "postgres")
        with Path("/proc/stat").open() as stat:
            values = [int(value) for value in stat.readline().split()[1:9]]
        return self.ticks, database, sum(values[:3]) + sum(values[5:8]), sum(values)

    def stop(self) -> None:
        """End it, and wait."""
        self._process.terminate()
        self._process.wait(60)


@dataclass(frozen=True)
class _Process:
    name: str
    group: int
    ticks: int
    pages: int


def _processes() -> Iterator[_Process]:
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, _, rest = stat.read_text().rpartition(")")
        except (FileNotFoundError, ProcessLookupError):
            continue
        fields = rest.split()
        ticks = int(fields[11]) + int(fields[12])
        yield _Process(head.partition("(")[2], int(fields[2]), ticks, int(fields[21]))


def _children() -> float:
    """CPU seconds of the processes that this one started and that have ended."""
    times = os.times()
    return times.children_user + times.children_system


@contextmanager
def granian(target: str, env: Mapping[str, str]) -> Iterator[Server]:
    """An app served as `serve` does it; `target` is module:factory."""
    port = free_port()
    command = ["granian", "--interface", "wsgi", "--factory", "--host", "127.0.0.1"]
    command += ["--port", str(port), "--workers", "1", "--blocking-threads", str(THREADS)]
    with running([*command, "--log-level", "error", "--no-ws", target], env, port) as server:
        yield server


@contextmanager
def running(command: Sequence[str], env: Mapping[str, str], port: int = 0) -> Iterator[Server]:
    """A module's command in a process group of its own, ended in any case."""
    server = Server(command, env, port)
    try:
        yield server
    finally:
        server.stop()
