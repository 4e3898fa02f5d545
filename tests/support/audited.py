"""In every test: the office's list has words for whatever an audit line is about."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from models import audit
from models.base import Base
from tests.support.catalogues import messages


def watch_audit() -> None:
    """Begin to watch, in this whole process."""
    audit.record = _named(audit.record)


@functools.cache
def objects() -> set[str]:
    """The tables of which the list can speak."""
    start = "office.object."
    return {key.removeprefix(start) for key in messages("ja") if key.startswith(start)}


def _named(record: Callable[..., None]) -> Callable[..., None]:
    @functools.wraps(record)
    def named(session: Any, act: str, of: Base, **more: Any) -> None:
        kind = of.__tablename__
        assert kind in objects(), f"no words for office.object.{kind}"
        record(session, act, of, **more)

    return named
