"""Where somebody goes on who came in: past one question, as long as they have not answered it."""

from __future__ import annotations

from typing import NoReturn
from urllib.parse import urlencode

from flask import abort, redirect, request

from blueprints import access
from models import own_clue
from models.errors import Unanswered


def way_on(path: str) -> str:
    """`path`, or before it where staff and commissioners say what is about themselves."""
    return _before(path) if is_asked() else path


def ask() -> NoReturn:
    """Ask it before a desk's page. Of what was to be sent, all that was typed stands on a page."""
    if request.method == "GET" and not request.path.startswith("/api/"):
        abort(redirect(_before(request.full_path.rstrip("?")), 303))
    raise Unanswered


def _before(path: str) -> str:
    return f"/settings/address?{urlencode({'next': path})}"


def is_asked() -> bool:
    """Whether whoever is signed in has not answered it yet."""
    person = access.me()
    return person is not None and own_clue.is_asked(access.reading(), person)
