"""`flask --app app serve` as its own process, as `make run` starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from time import monotonic

from tests.support.mailbox import free_port

ROOT = Path(__file__).parents[2]
READY = "Ctrl-C stops it."
STOP_SECONDS = 30


class Served:
    """A running `serve`; `said` is what it printed until it said `line`, or until it ended."""

    def __init__(self, folder: Path, *, line: str = READY, **settings: str) -> None:
        self.port = int(settings.get("KIZUKI_PORT", 0)) or free_port()
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("KIZUKI_", "LC_"))}
        given = {"KIZUKI_INSTANCE": str(folder), "KIZUKI_PORT": str(self.port), "LANG": "C.UTF-8"}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "flask", "--app", "app", "serve"],
            cwd=ROOT,
            env=kept | given | settings,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )
        try:
            self.said = "".join(self._until(line))
        except BaseException:
            self.end()
            raise
        self.url = f"http://127.0.0.1:{self.port}"

    def _until(self, last: str) -> Iterator[str]:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            yield line
            if last in line:
                return

    def sign_ins(self) -> list[tuple[str, str]]:
        """Address and password of everyone in the table."""
        return re.findall(r"(\w+@kizuki\.example)\s+(\S+)", self.said)

    def invitations(self) -> list[str]:
        """The tokens of the links for who comes in by passkey alone."""
        return re.findall(r"http://localhost:\d+/join#(\S+)", self.said)

    def children(self) -> dict[int, str]:
        """Every process below it, by number, with its command."""
        found = {self._process.pid: ""}
        for stat in sorted(Path("/proc").glob("[0-9]*/stat"), key=lambda p: int(p.parts[2])):
            try:
                parent = int(stat.read_text().rpartition(")")[2].split()[1])
                command = stat.with_name("cmdline").read_text().replace("\0", " ")
            except (FileNotFoundError, ProcessLookupError):
                continue
            if parent in found:
                found[int(stat.parts[2])] = command
        del found[self._process.pid]
        return found

    def stop(self, *numbers: signal.Signals) -> int:
        """Send a signal, or several over and over until it has ended; gives the exit status."""
        for number in numbers:
            self._process.send_signal(number)
        end = monotonic() + STOP_SECONDS
        while len(numbers) > 1 and self._process.poll() is None and monotonic() < end:
            for number in numbers:
                self._process.send_signal(number)
        return self.wait()

    def wait(self) -> int:
        """Until it ends; gives the exit status."""
        self._process.communicate(timeout=60)
        return self._process.returncode

    def end(self) -> None:
        """Whatever happened, leave nothing behind."""
        if self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                self._process.kill()
        if self._process.stdout is not None and not self._process.stdout.closed:
            self.wait()


@contextmanager
def served(folder: Path, *, line: str = READY, **settings: str) -> Iterator[Served]:
    """Started, and ended in any case."""
    town = Served(folder, line=line, **settings)
    try:
        yield town
    finally:
        town.end()
