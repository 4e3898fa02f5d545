"""In every test: the office's list has words for each act, and for what it is about."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from models import audit
from models.base import Base
from models.words import LOCALES
from tests.support.catalogues import messages


def watch_audit() -> None:
    """Begin to watch, in this whole process."""
    audit.record = _named(audit.record)


@functools.cache
def worded(start: str) -> set[str]:
    """What follows a beginning among the words of every language."""
    keys = set.intersection(*(set(messages(one)) for one in LOCALES))
    return {key.removeprefix(start) for key in keys if key.startswith(start)}


def _named(record: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(record)
    def named(session: Any, act: str, of: Base, **more: Any) -> None:
        kind = of.__tablename__
        assert act in worded("office.act."), f"no words for office.act.{act}"
        assert kind in worded("office.object."), f"no words for office.object.{kind}"
        record(session, act, of, **more)

    return named
