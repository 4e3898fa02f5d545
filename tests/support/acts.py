"""In every test: an act that is written down has words in the office's list."""

from __future__ import annotations

from typing import Any

from models import audit
from models.words import LOCALES
from tests.support.catalogues import catalogue

_KEY = "office.act."


def watch_acts() -> None:
    """Begin to watch, in this whole process."""
    every = [{str(message.id) for message in catalogue(one, "office")} for one in LOCALES]
    spoken = set.intersection(*every)
    record = audit.record

    def recorded(session: Any, act: str, *of: Any, **more: Any) -> None:
        assert _KEY + act in spoken, f"{_KEY}{act} has no words"
        record(session, act, *of, **more)

    audit.record = recorded
