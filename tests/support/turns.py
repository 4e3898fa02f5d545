"""In every test: no request hashes, draws a page or calls anybody while it holds the store."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context, templating
from sqlalchemy.orm import Session

from models import password
from models.keys import KeyRing
from models.store import Store

_here = threading.local()
_SLOW: tuple[tuple[Any, str], ...] = (
    (KeyRing, "slow_index"),
    (templating, "_render"),
    (socket.socket, "connect"),
)


class _Turns(threading.BoundedSemaphore):
    """Those that every password waits for before it is hashed or compared."""

    def __enter__(self, *_: Any) -> bool:
        _ask("a password")
        return bool(super().__enter__())


def watch_turns() -> None:
    """Begin to watch, in this whole process."""
    Store.write = _held(Store.write)  # type: ignore[method-assign]
    password._turns = _Turns(password.AT_ONCE)
    for place, name in _SLOW:
        setattr(place, name, _outside(name, getattr(place, name)))


def _held(write: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def held(self: Store, wait_seconds: float | None = None) -> Iterator[Session]:
        with write(self, wait_seconds) as session:
            _here.holds = True
            try:
                yield session
            finally:
                _here.holds = False

    return held


def _outside(name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    def outside(*args: Any, **named: Any) -> Any:
        _ask(name)
        return work(*args, **named)

    return outside


def _ask(name: str) -> None:
    held = getattr(_here, "holds", False) and has_request_context()
    assert not held, f"{name} inside a write"
