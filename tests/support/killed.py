"""A worker that dies in the middle of what it does."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa

from models.store import Store


class Killed(BaseException):
    """The worker's process ends between two lines."""


@contextmanager
def killed_at(store: Store, statement: int) -> Iterator[None]:
    """Die before the nth statement that is sent to the database, where there are so many."""
    left = statement

    def count(*_args: Any) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Killed

    sa.event.listen(store.engine, "before_cursor_execute", count)
    try:
        yield
    except Killed:
        pass
    finally:
        sa.event.remove(store.engine, "before_cursor_execute", count)
