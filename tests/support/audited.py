"""In every test: the office's list has words for each act, and for what it is about."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from models import audit
from models.words import LOCALES
from tests.support.catalogues import messages


def watch_audit() -> None:
    """Begin to watch, in this whole process."""
    audit.write = _named(audit.write)


@functools.cache
def worded(start: str) -> set[str]:
    """What follows a beginning among the words of every language."""
    keys = set.intersection(*(set(messages(one)) for one in LOCALES))
    return {key.removeprefix(start) for key in keys if key.startswith(start)}


def _named(write: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(write)
    def named(session: Any, act: str, kind: str, key: str, **more: Any) -> None:
        assert act in worded("office.act."), f"no words for office.act.{act}"
        assert kind in worded("office.object."), f"no words for office.object.{kind}"
        write(session, act, kind, key, **more)

    return named
