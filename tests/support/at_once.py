"""Two transactions at one moment on PostgreSQL, each begun at a point that a test chooses."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa
from sqlalchemy.orm import Session

from models.errors import DomainError
from models.store import Store

Act = Callable[[Session], object]


def together(store: Store, first: Act, second: Act) -> list[DomainError]:
    """Let `second` begin once `first` has done its work, and `first` commit while it waits."""
    with following(store, second) as (begin, refused), store.write() as session:
        first(session)
        session.flush()
        begin()
    return refused


@contextmanager
def meeting(
    store: Store, monkeypatch: pytest.MonkeyPatch, place: tuple[Any, str], second: Act
) -> Iterator[list[DomainError]]:
    """Let `second` begin when the block comes to a function, and the block go on while it waits."""
    holder, name = place
    function, mine = getattr(holder, name), threading.get_ident()
    with following(store, second) as (begin, refused), monkeypatch.context() as patched:

        def meet(*args: Any, **named: Any) -> Any:
            if threading.get_ident() == mine:
                patched.setattr(holder, name, function)
                begin()
            return function(*args, **named)

        patched.setattr(holder, name, meet)
        yield refused


@contextmanager
def following(store: Store, second: Act) -> Iterator[tuple[Callable[[], None], list[DomainError]]]:
    """What begins `second` and comes back once it waits or ended, and what refused it."""
    refused: list[DomainError] = []

    def follow() -> None:
        try:
            with store.write() as session:
                second(session)
        except DomainError as error:
            refused.append(error)

    def begin() -> None:
        thread.start()
        query = sa.text("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'")
        with store.engine.connect() as connection:
            while thread.is_alive() and not connection.scalar(query):
                connection.rollback()

    thread = threading.Thread(target=follow)
    yield begin, refused
    thread.join()
