"""Where somebody goes on who came in: past one question, as long as they have not answered it."""

from __future__ import annotations

from urllib.parse import urlencode

from blueprints import access
from models import own_clue


def way_on(path: str) -> str:
    """`path`, or before it where staff and commissioners say what is about themselves."""
    person = access.me()
    if person is None or not own_clue.is_asked(access.reading(), person):
        return path
    return f"/settings/address?{urlencode({'next': path})}"


def is_asked() -> bool:
    """Whether whoever is signed in has not answered it yet."""
    person = access.me()
    return person is not None and own_clue.is_asked(access.reading(), person)
