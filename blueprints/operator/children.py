"""Processes that live and die together: web server and worker under one parent."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Mapping, Sequence
from types import FrameType, TracebackType
from typing import Self

LOOK_SECONDS = 0.2
STOP_SECONDS = 40.0
"""Longer than the worker takes to finish what is on its way."""
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Children:
    """A context manager: on leaving, every child has ended, whatever the reason."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self._env = dict(env)
        self._running: dict[str, subprocess.Popen[bytes]] = {}
        self._asked_to_stop = False

    def __enter__(self) -> Self:
        for number in _SIGNALS:
            signal.signal(number, self._stop)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # There is nothing more to ask for; what comes while Python ends would kill it.
        for number in _SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for child in self._running.values():
            child.terminate()
        for child in self._running.values():
            try:
                child.wait(STOP_SECONDS)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def start(self, name: str, command: Sequence[str]) -> None:
        """Start one; it does not hear the terminal's Ctrl-C, but is stopped by its parent."""
        self._running[name] = subprocess.Popen(  # noqa: S603 - our own command
            [*_dying_with_parent(), *command], env=self._env, start_new_session=True
        )

    def ended(self) -> str | None:
        """The name of a child that ended by itself."""
        return next((n for n, child in self._running.items() if child.poll() is not None), None)

    def rest(self) -> bool:
        """A short rest; false once somebody asked to stop."""
        time.sleep(LOOK_SECONDS)
        return not self._asked_to_stop

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        # No lock, not even an event's: a second Ctrl-C comes while the first one holds it.
        self._asked_to_stop = True


def _dying_with_parent() -> list[str]:
    """On Linux, the kernel stops a child where its parent was killed without a chance to."""
    setpriv = shutil.which("setpriv")
    return [setpriv, "--pdeathsig", "TERM", "--"] if setpriv else []
